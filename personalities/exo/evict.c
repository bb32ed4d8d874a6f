/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Eviction: the hardware tables are a cache of bindings, as large as the space's pool lets them be.
 *
 * When the pool has no page for a table or a record, one leaf table without wired entries is emptied, which gives back its records, its page
 * and its companion's.  The tables take their turns by address (a clock's hand, without a bit to say that one was used of late).
 */
#include "core/cpu.h"
#include "core/table.h"
#include "personalities/exo/binding.h"
#include "personalities/exo/cache.h"

#define EMPTY_RUN	16					/* entries: a step for preempt_point */
#define TABLE_BYTES	(ARCH_TABLE_ENTRIES * PAGE_SIZE)	/* what a leaf table translates */

/* The leaf table for *AT; without one NULL, and *AT passes a few empty entries. */
static struct frame *
leaf_at(const struct space *space, vaddr_t *at)
{
	u64 *entry = table_root_entry(space, *at);
	unsigned level = ARCH_TABLE_LEVELS, count = 0;

	while (level > 1 && arch_pte_is_table(*entry))
		entry = table_entry(*entry, *at, --level);
	if (level == 1)
		return table_of(entry);
	unsigned left = ARCH_TABLE_ENTRIES - arch_table_index(*at, level);
	do
		count++;
	while (count < left && count < EMPTY_RUN && !entry[count]);
	*at = (*at & -table_entry_bytes(level)) + count * table_entry_bytes(level);
	return NULL;
}

static bool
is_victim(const struct frame *table)
{
	unsigned found = 0;

	for (unsigned i = 0; found < table->entries; i++) {
		const struct map *m = table->records[i];

		if (m && !(m->flags & BINDING_EVICTABLE))
			return false;
		found += m != NULL;
	}
	return found;
}

/* What is evicted stays in the table of bindings, if it is there. */
static enum status
empty(struct space *space, const struct frame *table)
{
	struct thread *environment = *space_environment(space);

	space_holdings(space)->evicted = true;
	for (unsigned i = 0; table->entries; i++) {
		struct map *m = table->records[i];

		if (!m)
			continue;
		if (environment)
			cache_write_back(environment, m);
		space_unmap(m);
		if (preempt_point())
			return STATUS_RESTART;
	}
	return OK;
}

/* The turn of the hand for the page at ADDRESS: the one that was preempted, if it was for this page. */
static struct eviction_turn *
turn_for(struct holdings *h, vaddr_t address)
{
	struct eviction_turn *t = &h->turn;

	if (t->address != address)
		*t = (struct eviction_turn){ .address = address, .start = h->hand, .hand = h->hand };
	return t;
}

static vaddr_t
behind_table(vaddr_t at)
{
	return (at & -TABLE_BYTES) + TABLE_BYTES;
}

/* The next table's turn.  Behind the last comes the first, and a turn is over where it began. */
static bool
hand_moves(struct eviction_turn *t, bool past_table)
{
	if (past_table)
		t->hand = behind_table(t->hand);
	if (t->hand >= USER_END) {
		t->hand = 0;
		t->wrapped = true;
	}
	return !t->wrapped || t->hand < t->start;
}

/*
 * Who has back what TABLE had is not the next one's victim again: the next turn begins behind it, also when this one is preempted before TABLE is empty.  Then
 * this one goes on with TABLE, and has all others before it.
 */
static enum status
empty_in_turn(struct space *space, struct eviction_turn *t, const struct frame *table)
{
	vaddr_t next = behind_table(t->hand);

	space_holdings(space)->hand = next < USER_END ? next : 0;
	t->start = t->hand;
	t->wrapped = false;
	enum status status = empty(space, table);
	if (!status)
		*t = (struct eviction_turn){ 0 };
	return status;
}

/*
 * Make room in SPACE's pool for the page at ADDRESS: one turn of the hand, at most, from where it stopped.  An emptied table is in space->empty, where
 * who wants its page finds it.
 */
static enum status
evict(struct space *space, vaddr_t address)
{
	struct holdings *h = space_holdings(space);
	struct eviction_turn *t = turn_for(h, address);
	const struct frame *table = leaf_at(space, &t->hand);

	while (!table || !is_victim(table)) {
		if (!hand_moves(t, table)) {
			*t = (struct eviction_turn){ 0 };
			return ERR_NO_KMEM;
		}
		if (preempt_point()) {
			h->hand = t->hand;		/* the turn for another page does not begin anew */
			return STATUS_RESTART;
		}
		table = leaf_at(space, &t->hand);
	}
	return empty_in_turn(space, t, table);
}

enum status
map_evicting(struct space *space, vaddr_t address, struct frame *f, unsigned rights, struct map **out)
{
	for (;;) {
		enum status status = space_map(space, address, f, rights, CACHE_WRITE_BACK, out);

		if (status != ERR_NO_KMEM)
			return status;
		status = evict(space, address);
		if (status)
			return status;
	}
}

enum status
refill(struct thread *t, vaddr_t address)
{
	struct binding *b = cache_find(t, address);
	struct map *m;

	if (!b || space_find(t->space, address))
		return ERR_NOT_FOUND;
	enum status status = map_evicting(t->space, address & ~PAGE_MASK, b->frame, arch_pte_granted(b->pte), &m);
	if (status)
		return status;
	*m->pte = b->pte;
	m->flags = (u8)b->key;
	environment_of(t)->table.leaf = table_of(m->pte);
	return OK;
}
