/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Mappings: a space's tree in the arena says what is to be mapped, and the page tables of the environment that runs in it follow, at once when it maps itself, at the
 * first touch when somebody else did (fork, execve).  What others take from a space they count; who runs in it then unbinds all and begins anew.
 */
#include <errno.h>
#include <exo/stubs.h>
#include <unix/shadow.h>
#include "domain.h"

#define RIGHTS_MAPPED	(RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE)
#define PROGRAM_END	0x7ffffffff000ul

static bool
is_here(const struct host_space *s)
{
	return own->environment && own->environment->space == s;
}

static struct memory *
memory_of(struct host_space *s)
{
	return (struct memory *)((char *)s - offsetof(struct memory, host));
}

int
host_space_create(struct host_space *s)
{
	*s = (struct host_space){ .recent.number = UINT64_MAX };
	return 0;
}

/* The page tables are those of an environment, which another may be in. */
void
host_space_close(struct host_space *s)
{
}

/* Nothing has run yet in the memory that an execve puts in the place of S. */
void
host_space_destroy(struct host_space *s)
{
	struct environment *e = own->environment;
	bool executed = e && e->before == s;

	if (executed || is_here(s))
		kept_begin(e, s, executed);
	shadow_end(&s->shadow);
	if (is_here(s))
		e->space = NULL;
	if (executed) {
		e->before = NULL;
		kept_settle(e, own->task->process->memory, true);
	}
}

/* --- the page tables of who runs ---------------------------------------------------------------------------------------------------- */

/* What is bound there already, if anything is, has other rights, or is another page. */
static __attribute__((noinline)) enum status
bind_again(const struct host_mapping *m, const struct domain_frame *f, bool same)
{
	if (same && !call_protect(m->address, 1, m->rights))
		return OK;
	call_unbind(m->address, 1);
	return m->rights ? call_bind(m->address, f->token.payload, f->token.mac, m->rights) : OK;
}

/* OLD: the page that the tree had there; 0: none. */
static int
bind_page(const struct host_mapping *m, page_t old)
{
	const struct domain_frame *f = frame_of(m->page);
	bool same = old == m->page;
	enum status status = ERR_EXISTS;

	if (m->rights && (same || !old))
		status = call_bind(m->address, f->token.payload, f->token.mac, m->rights);
	if (status == ERR_EXISTS)
		status = bind_again(m, f, same && !(own->environment->kept && kept_had(own->environment, m->address)));
	return status ? -ENOMEM : 0;
}

/* A leaf's pages with one call, from the first to the last: a space is mostly empty, and the kernel would look through all of it. */
void
space_unbind(struct shadow *s, uint64_t address, uint64_t end)
{
	struct host_mapping m;

	while (shadow_next(s, address, end, &m)) {
		uint64_t last = shadow_last(s, m.address);
		call_unbind(m.address, ((last < end ? last + UNIX_PAGE : end) - m.address) / UNIX_PAGE);
		address = last + UNIX_PAGE;
	}
}

/* Whoever else runs in S has to look. */
static void
changed(struct host_space *s)
{
	s->changes++;
	if (is_here(s))
		own->environment->changes++;
}

/* --- as of host.h ---------------------------------------------------------------------------------------------------------------------- */

static inline int
map_page(struct host_space *s, const struct host_mapping *m)
{
	struct shadow_node *leaf = shadow_leaf_made(&s->shadow, m->address);

	if (!leaf)
		return -ENOMEM;
	page_t old = shadow_put(leaf, m) >> SHADOW_PAGE;
	if (is_here(s) && bind_page(m, old))
		return -ENOMEM;
	if (old)
		changed(s);
	return 0;
}

/* All of them have their places before the first is there. */
static __attribute__((noinline)) int
map_pages(struct host_space *s, const struct host_mapping *m, unsigned count)
{
	for (unsigned i = 1; i < count; i++) {
		if (!shadow_leaf_made(&s->shadow, m[i].address))
			return -ENOMEM;
	}
	for (unsigned i = 0; i < count; i++) {
		if (map_page(s, &m[i]))
			return -ENOMEM;
	}
	return 0;
}

int
host_map(struct host_space *s, const struct host_mapping *m, unsigned count)
{
	return count == 1 ? map_page(s, m) : map_pages(s, m, count);
}

/* Of a memory that ends nothing goes before all of it does: host_space_destroy. */
void
host_unmap(struct host_space *s, uint64_t address, uint64_t pages)
{
	if (!memory_of(s)->users)
		return;
	changed(s);
	if (is_here(s))
		space_unbind(&s->shadow, address, address + pages * UNIX_PAGE);
	shadow_unmap(&s->shadow, address, pages);
}

/* What cannot be protected as it is bound comes back when it is touched. */
static void
protect_run(const struct host_mapping *first, uint64_t pages)
{
	if (pages && call_protect(first->address, pages, first->rights))
		call_unbind(first->address, pages);
}

static void
protect_page(struct host_space *s, uint64_t address, unsigned rights, bool here)
{
	uint32_t *word = shadow_word(&s->shadow, address);

	if (!word)
		return;
	*word &= ~SHADOW_RIGHTS | rights;
	if (here && call_protect(address, 1, *word & SHADOW_RIGHTS))
		call_unbind(address, 1);
}

/* Neighbours that get the same rights are one call. */
static void
protect_pages(struct host_space *s, uint64_t address, uint64_t pages, unsigned rights, bool here)
{
	uint64_t end = address + pages * UNIX_PAGE, run = 0;
	struct host_mapping m, first = { 0 };

	for (; address < end && shadow_next(&s->shadow, address, end, &m); address = m.address + UNIX_PAGE) {
		m.rights &= (uint8_t)rights;
		shadow_set(&s->shadow, &m);
		if (!here)
			continue;
		if (!run || m.address != first.address + run * UNIX_PAGE || m.rights != first.rights) {
			protect_run(&first, run);
			first = m;
			run = 0;
		}
		run++;
	}
	protect_run(&first, run);
}

void
host_protect(struct host_space *s, uint64_t address, uint64_t pages, unsigned rights)
{
	bool here = is_here(s);

	if (here && own->environment->kept)
		kept_end(own->environment);
	changed(s);
	if (pages == 1)
		protect_page(s, address, rights, here);
	else
		protect_pages(s, address, pages, rights, here);
}

bool
host_next(const struct host_space *s, uint64_t address, uint64_t end, struct host_mapping *m)
{
	return shadow_next((struct shadow *)&s->shadow, address, end, m);
}

bool
host_next_counted(const struct host_space *s, uint64_t address, uint64_t end, struct host_mapping *m)
{
	return shadow_next_counted((struct shadow *)&s->shadow, address, end, m);
}

/* --- which space it is ------------------------------------------------------------------------------------------------------------------ */

/* Everything that is the program's. */
static void
unbind_all(void)
{
	call_unbind(0x400000, (UNIX_LIBRARY - 0x400000) / UNIX_PAGE);
	call_unbind(UNIX_DOMAIN_END, (UNIX_TOKENS - UNIX_DOMAIN_END) / UNIX_PAGE);
	call_unbind(UNIX_END, (PROGRAM_END - UNIX_END) / UNIX_PAGE);
}

void
space_enter(struct environment *e, struct host_space *s)
{
	if (e->space && e == own->environment) {
		if (s && memory_of(e->space)->users == 1)
			e->before = e->space;
		else
			space_unbind(&e->space->shadow, 0, PROGRAM_END);
	}
	e->space = s;
	e->entered++;
	e->unsettled = s && e->kept;
	e->changes = s ? s->changes - e->unsettled : 0;
}

/* The first task of E is about to run: what was changed while nothing was bound needs no look. */
void
space_begin(struct environment *e)
{
	e->changes = e->space->changes - e->unsettled;
}

void
space_follow(void)
{
	struct environment *e = own->environment;

	if (!e->space || e->changes == e->space->changes)
		return;
	if (e->unsettled) {
		kept_settle(e, memory_of(e->space), false);
		e->unsettled = false;
		e->changes++;
	}
	if (e->changes == e->space->changes)
		return;
	if (e->kept)
		kept_end(e);
	unbind_all();
	e->changes = e->space->changes;
}
