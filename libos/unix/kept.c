/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What an environment keeps bound of a program that has ended: pages of files that it only read, which the next process there shows at the same places, if it executes the same
 * program.  Programs are executed again and again, and a fault a page is most of what beginning costs.
 *
 * In an environment's page tables is what the tree of its space has and what the tree `kept' has.  A process that was forked, which has another program's memory until it executes one, has
 * hidden from it what it does not show, bound without rights.  A page of its own there takes the place (kept_had), and before it changes rights all of it goes (kept_end).  After an execve nothing
 * is hidden any more: what the program does not show is unbound.  Nobody holds the pages that are kept, and their frames may be anything's when the next process comes: what is taken
 * up is what its memory would show there now.
 */
#include <exo/stubs.h>
#include <unix/memory.h>
#include <unix/shadow.h>
#include "domain.h"

#define LEAF_BYTES	(SHADOW_WORDS * UNIX_PAGE)
#define GAP		LEAF_BYTES	/* that a run goes on behind */

/* What becomes of a page's binding; below that, the rights that it has from now on. */
#define STAYS		8u
#define GOES		9u

/* Pages for which the same is to be done, and between which there are none that it is not to be done for. */
struct run {
	uint64_t first, end;
	unsigned what;
};

static void
run_end(const struct run *r)
{
	uint64_t pages = (r->end - r->first) / UNIX_PAGE;

	if (r->what != STAYS && (r->what == GOES || call_protect(r->first, pages, r->what)))
		call_unbind(r->first, pages);
}

static void
run_add(struct run *r, uint64_t first, uint64_t end, unsigned what)
{
	if (r->what != what || first - r->end > GAP) {
		run_end(r);
		r->first = first;
		r->what = what;
	}
	r->end = end;
}

/* Of PART, a bit for each page from BASE on: what becomes of those that are in MANY, and of the others. */
static void
runs_add(struct run *r, uint64_t base, uint64_t part, uint64_t many, unsigned what, unsigned otherwise)
{
	while (part) {
		bool is_one = part & -part & many;
		uint64_t alike = is_one ? part & many : part & ~many, others = part & ~alike;
		uint64_t now = others ? alike & ((others & -others) - 1) : alike;
		uint64_t first = (uint64_t)__builtin_ctzl(now), end = SHADOW_WORDS - (uint64_t)__builtin_clzl(now);
		run_add(r, base + first * UNIX_PAGE, base + end * UNIX_PAGE, is_one ? what : otherwise);
		part &= ~now;
	}
}

static void
words_clear(struct shadow_node *leaf, uint64_t part)
{
	leaf->used &= ~part;
	leaf->plain &= ~part;
	for (; part; part &= part - 1)
		leaf->word[__builtin_ctzl(part)] = 0;
}

/* The first leaf of a tree with something at or behind *BASE, which becomes its address. */
static struct shadow_node *
leaf_next(struct shadow *s, uint64_t *base)
{
	struct host_mapping m;

	if (!shadow_next(s, *base, MEMORY_END, &m))
		return NULL;
	*base = m.address & -LEAF_BYTES;
	return shadow_leaf(s, m.address);
}

/* --- what is kept ------------------------------------------------------------------------------------------------------------------------ */

/* To take up a leaf costs as much as a fault or two: so that is not done for fewer pages than three, as of the vDSO. */
static bool
is_worth_it(const struct shadow_node *leaf)
{
	uint64_t but_one = leaf->plain & (leaf->plain - 1);

	return leaf->plain && but_one & (but_one - 1);
}

/* What is counted was the memory's own. */
static void
take_apart(struct shadow *s)
{
	struct run r = { .what = STAYS };
	struct shadow_node *leaf;

	for (uint64_t base = 0; (leaf = leaf_next(s, &base)); base += LEAF_BYTES) {
		if (is_worth_it(leaf)) {
			runs_add(&r, base, leaf->used, leaf->plain, STAYS, GOES);
			words_clear(leaf, leaf->used & ~leaf->plain);
		} else {
			runs_add(&r, base, leaf->used, 0, STAYS, GOES);
			shadow_unmap(s, base, SHADOW_WORDS);
		}
	}
	run_end(&r);
}

/* What is kept for the program that is executed now is worth more than the memory that was forked for that; who ends without an execve is forked again. */
void
kept_begin(struct environment *e, struct host_space *s, bool executed)
{
	if (e->kept && executed) {
		space_unbind(&s->shadow, 0, MEMORY_END);
		return;
	}
	if (e->kept)
		kept_end(e);
	take_apart(&s->shadow);
	e->kept = s->shadow.root;
	e->nodes = shadow_nodes(&s->shadow);
	shared->list[ARENA_SHADOW].taken -= e->nodes;
	e->hidden = false;
	s->shadow = (struct shadow){ 0 };
}

bool
kept_had(struct environment *e, uint64_t address)
{
	struct shadow kept = { .root = e->kept };
	const uint32_t *word = shadow_word(&kept, address);

	if (!word)
		return false;
	words_clear(shadow_leaf(&kept, address), 1ul << address / UNIX_PAGE % SHADOW_WORDS);
	return true;
}

/* The nodes were nobody's: /proc counts what processes have. */
void
kept_forget(struct environment *e)
{
	struct shadow kept = { .root = e->kept };

	shared->list[ARENA_SHADOW].taken += e->nodes;
	e->nodes = 0;
	shadow_end(&kept);
	e->kept = NULL;
}

void
kept_end(struct environment *e)
{
	struct shadow kept = { .root = e->kept };

	space_unbind(&kept, 0, MEMORY_END);
	kept_forget(e);
}

/* --- who comes next ---------------------------------------------------------------------------------------------------------------------- */

/* For whom, and, as far as it is known, what that memory shows. */
struct settling {
	struct environment *e;
	struct memory *m;
	struct memory_view view;
	unsigned otherwise;		/* what becomes of pages that it does not show */
	struct run run;
};

/* Those pages of PART that are kept in the leaf OLD as the view has them.  Where the first is not, it is another program: none is. */
static uint64_t
part_shown(const struct memory_view *v, const struct shadow_node *old, uint64_t base, uint64_t part)
{
	const page_t *page = v->page + (int64_t)(base - v->address) / (int64_t)UNIX_PAGE;
	const uint32_t bits = SHADOW_THERE | v->rights;
	uint64_t shown = 0;

	for (uint64_t left = v->page ? part : 0; left; left &= left - 1) {
		unsigned i = (unsigned)__builtin_ctzl(left);
		if (old->word[i] == (page[i] << SHADOW_PAGE | bits))
			shown |= 1ul << i;
		else if (left == part)
			return 0;
	}
	return shown;
}

/* They are the space's from now on, in the leaf NEW, where that has nothing else: which ones. */
static uint64_t
part_take(struct shadow_node *new, struct shadow_node *old, uint64_t part)
{
	uint64_t taken = part & ~new->used;

	for (uint64_t left = taken; left; left &= left - 1) {
		unsigned i = (unsigned)__builtin_ctzl(left);
		new->word[i] = old->word[i];
	}
	for (uint64_t left = part & new->used; left; left &= left - 1) {
		unsigned i = (unsigned)__builtin_ctzl(left);
		if (new->word[i] == old->word[i])
			taken |= 1ul << i;
	}
	new->used |= taken;
	new->plain |= taken;
	words_clear(old, taken);
	return taken;
}

/* The leaf OLD of what is kept, which is for the addresses from BASE on: a part for each view of the memory. */
static void
leaf_settle(struct settling *s, struct shadow_node *old, uint64_t base)
{
	for (uint64_t left = old->used, part; left; left &= ~part) {
		uint64_t address = base + (uint64_t)__builtin_ctzl(left) * UNIX_PAGE, taken = 0;
		if (address >= s->view.end)
			s->view = memory_view(s->m, address);
		part = s->view.end - base < LEAF_BYTES ? left & ((1ul << (s->view.end - base) / UNIX_PAGE) - 1) : left;
		uint64_t shown = part_shown(&s->view, old, base, part);
		struct shadow_node *new = shown ? shadow_leaf_made(&s->m->host.shadow, base) : NULL;
		if (new)
			taken = part_take(new, old, shown);
		runs_add(&s->run, base, part, taken, s->e->hidden ? s->view.rights : STAYS, s->otherwise);
	}
}

void
kept_settle(struct environment *e, struct memory *m, bool executed)
{
	struct settling s = { .e = e, .m = m, .otherwise = executed ? GOES : e->hidden ? STAYS : 0, .run.what = STAYS };
	struct shadow kept = { .root = e->kept };
	struct shadow_node *leaf;
	uint64_t left = 0;

	for (uint64_t base = 0; (leaf = leaf_next(&kept, &base)); base += LEAF_BYTES) {
		leaf_settle(&s, leaf, base);
		left |= leaf->used;
	}
	run_end(&s.run);
	e->hidden = true;
	if (!left || executed)
		kept_forget(e);
}
