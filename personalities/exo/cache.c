/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of verified bindings: its making and its end, and what calls on ranges do to it.  cache.h has the picture. */
#include "core/cpu.h"
#include "core/kmem.h"
#include "personalities/exo/binding.h"
#include "personalities/exo/cache.h"
#include "personalities/exo/handlers.h"

static inline struct binding_table *
table_of_thread(struct thread *t)
{
	return &environment_of(t)->table;
}

static struct frame no_leaf;		/* its state is that of no table */

void
cache_init(struct thread *t)
{
	table_of_thread(t)->leaf = &no_leaf;
}

struct binding *
cache_find(struct thread *t, vaddr_t address)
{
	const struct binding_table *table = table_of_thread(t);

	if (!table->page || address >= USER_END)
		return NULL;
	struct binding *b = cache_entry(table, address);
	return binding_is(b, address) && binding_valid(b) ? b : NULL;
}

void
cache_write_back(struct thread *t, const struct map *m)
{
	struct binding *b = cache_find(t, m->vaddr);

	if (b)
		b->pte = *m->pte;
}

/* --- ranges -------------------------------------------------------------------------------------------------------- */

static inline bool
in_range(const struct binding *b, vaddr_t address, u64 pages)
{
	return b->key != BINDING_NONE && b->key - address < pages << PAGE_SHIFT;
}

static inline enum status
change(struct binding *b, enum cache_change what, unsigned rights)
{
	if (what == CACHE_REMOVE) {
		b->key = BINDING_NONE;
		return OK;
	}
	if (arch_pte_withholds(b->pte, rights))
		return ERR_NO_RIGHT;
	b->pte = arch_pte_protect(b->pte, rights);
	return OK;
}

/* A range longer than the table comes by each entry once. */
static inline u64
entries_of(const struct binding_table *t, u64 pages)
{
	u64 entries = t->mask / sizeof(struct binding) + 1;

	return pages < entries ? pages : entries;
}

/* Where this call, executed again, goes on; a call about another range begins anew. */
static struct cache_sweep *
sweep_of(struct thread *t, vaddr_t address, u64 pages)
{
	struct cache_sweep *s = &space_holdings(t->space)->sweep;

	if (s->address != address || s->pages != pages)
		*s = (struct cache_sweep){ .address = address, .pages = pages };
	return s;
}

enum status
cache_range(struct thread *t, vaddr_t address, u64 pages, enum cache_change what, unsigned rights)
{
	const struct binding_table *table = table_of_thread(t);

	if (!table->page || (what == CACHE_PROTECT && !space_holdings(t->space)->evicted))
		return OK;
	struct cache_sweep *s = sweep_of(t, address, pages);
	while (s->done < entries_of(table, pages)) {
		struct binding *b = cache_entry(table, address + (s->done << PAGE_SHIFT));

		if (in_range(b, address, pages) && change(b, what, rights))
			return ERR_NO_RIGHT;
		s->done++;
		if (preempt_point())
			return STATUS_RESTART;
	}
	return OK;
}

void
cache_range_moved(struct thread *t, u64 done)
{
	struct cache_sweep *s = &space_holdings(t->space)->sweep;

	s->address += done << PAGE_SHIFT;
	s->pages -= done;
}

void
cache_range_end(struct thread *t)
{
	space_holdings(t->space)->sweep = (struct cache_sweep){ 0 };
}

/* --- size ---------------------------------------------------------------------------------------------------------- */

static inline void
page_free(void *page)
{
	kmem_page_free(frame_of(arch_physical(page)));
}

/* The last page goes first; the directory, which knows the others, last of all. */
enum status
cache_free(struct thread *t)
{
	struct holdings *h = space_holdings(t->space);

	table_of_thread(t)->page = NULL;	/* from here on the table has no entry that anybody uses */
	while (h->cache_pages) {
		page_free(h->cache_directory[--h->cache_pages]);
		if (preempt_point())
			return STATUS_RESTART;
	}
	if (h->cache_directory)
		page_free(h->cache_directory);
	h->cache_directory = NULL;
	return OK;
}

static void *
page_take(struct space *space)
{
	struct frame *f = kmem_page_alloc(space, FRAME_PAGE, KIND_NONE);

	return f ? arch_direct(frame_address(f)) : NULL;
}

/* One more page of empty entries. */
static enum status
page_add(struct space *space)
{
	struct holdings *h = space_holdings(space);
	struct binding *b = page_take(space);

	if (!b)
		return ERR_NO_KMEM;
	h->cache_directory[h->cache_pages++] = b;
	for (u64 i = 0; i < BINDINGS_PER_PAGE; i++)
		b[i].key = BINDING_NONE;
	return OK;
}

static enum status
cache_make(struct thread *self, u64 entries)
{
	struct holdings *h = space_holdings(self->space);
	u64 pages = (entries + BINDINGS_PER_PAGE - 1) / BINDINGS_PER_PAGE;

	if (!h->cache_directory && !(h->cache_directory = page_take(self->space)))
		return ERR_NO_KMEM;
	while (h->cache_pages < pages) {
		enum status status = page_add(self->space);

		if (status)
			return status;
		if (preempt_now())
			return STATUS_RESTART;
	}
	table_of_thread(self)->mask = (entries - 1) * sizeof(struct binding);
	table_of_thread(self)->page = h->cache_directory;
	return OK;
}

/* Preempted, it goes on: the pages that are there already are empty, as nothing is entered before all are. */
enum status
sys_binding_table(struct thread *self, const struct args_binding_table *a, struct out_binding_table *out)
{
	struct holdings *h = space_holdings(self->space);
	enum status status = OK;

	if (a->entries > BINDINGS_MAX || a->entries & (a->entries - 1))
		return ERR_BAD_VALUE;
	if (environment_of(self)->table.page || h->cache_wanted != a->entries)
		status = cache_free(self);
	if (status)
		return status;
	h->cache_wanted = a->entries;
	if (!a->entries)
		return OK;
	status = cache_make(self, a->entries);
	if (status == ERR_NO_KMEM)
		h->cache_wanted = 0;
	return status;
}
