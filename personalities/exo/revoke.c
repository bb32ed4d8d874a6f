/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Visible revocation and the abort protocol (Engler, Kaashoek, O'Toole 1995, sections 3.3 and 3.4): a demand, a bound, and force.
 *
 *   space_demand  ->  the allowance is less by so much at once; what is held beyond it is *owed*
 *                 ->  upcall: the library OS frees, unfunds or destroys what it chooses
 *   repossess     ->  past the bound: pages are taken until nothing is owed, and listed; upcall
 *
 * Force takes, each only when the one before was not enough:
 *
 *   1. pages that the repossession vector names, in its order
 *   2. all other pages that the space holds
 *   3. the spaces that it made: what it gave to them, and donated to their pools, is its own again, and taken so
 *   4. what of its own pool is not in use when nothing is bound in it any more, the table of bindings included
 *
 * What remains are its thread and its tables, which the pool holds as long as there is the space; who wants these too, destroys it.
 * It is done in the time of who calls, in steps, and can stop after any of them.  The space runs meanwhile, and whatever it does, there is an end: as
 * long as it owes it gets no pages and makes no spaces, and of entries that name no page of its own only so many are passed over.
 */
#include "core/arch.h"
#include "core/cpu.h"
#include "core/frame.h"
#include "personalities/exo/cache.h"
#include "personalities/exo/handlers.h"

u64
owed(struct space *space)
{
	const struct holdings *h = space_holdings(space);
	u64 used = space->frames_held + h->given;

	return used > h->allowance ? used - h->allowance : 0;
}

static void
tell(struct space *space)
{
	struct thread *t = *space_environment(space);

	if (t)
		upcall_request(t, PENDING_REVOCATION);
}

/* --- demands ------------------------------------------------------------------------------------------------------- */

static enum status
space_revocable(struct thread *self, u64 slot, struct space **out)
{
	struct capability *c;
	enum status status = cap_lookup(&self->space->caps, slot, KIND_SPACE, RIGHT_REVOKE, &c);

	if (status)
		return status;
	*out = space_of(c->object);
	return (*out)->object.dying || (*out)->object.home == *out ? ERR_WRONG_STATE : OK;
}

enum status
sys_space_demand(struct thread *self, const struct args_space_demand *a, struct out_space_demand *out)
{
	struct space *space;
	enum status status = space_revocable(self, a->space, &space);

	if (status)
		return status;
	struct holdings *h = space_holdings(space);
	if (!a->kind || a->kind >= DEMANDS)
		return ERR_BAD_VALUE;
	if (a->kind == DEMAND_PAGES) {
		if (a->count > h->allowance)
			return ERR_LIMIT;
		h->allowance -= a->count;
		space_holdings(space->object.home)->given -= a->count;
		h->bound = timeout_deadline(arch_clock(), a->ticks);
	}
	h->demanded[a->kind] = a->kind == DEMAND_PAGES ? owed(space) : a->count;
	out->owed = owed(space);
	if (h->demanded[a->kind])
		tell(space);
	return OK;
}

enum status
sys_demanded(struct thread *self, const struct args_demanded *a, struct out_demanded *out)
{
	struct holdings *h = space_holdings(self->space);

	if (!a->kind || a->kind >= DEMANDS)
		return ERR_BAD_VALUE;
	*out = (struct out_demanded){
		.count = a->kind == DEMAND_PAGES ? owed(self->space) : h->demanded[a->kind], .bound = h->bound,
	};
	h->demanded[a->kind] = 0;
	return OK;
}

bool
revocation_next(struct thread *t, struct revocation_news *news)
{
	struct holdings *h = space_holdings(t->space);

	if (h->taken) {
		*news = (struct revocation_news){ .vector = UPCALL_REPOSSESSED, .error = h->taken };
		h->taken = 0;
		return true;
	}
	for (unsigned kind = 1; kind < DEMANDS; kind++) {
		if (!h->demanded[kind])
			continue;
		*news = (struct revocation_news){ .vector = UPCALL_DEMAND, .error = h->demanded[kind], .address = kind };
		h->demanded[kind] = 0;
		return true;
	}
	return false;
}

/* --- the repossession vector ------------------------------------------------------------------------------------------ */

enum status
sys_repossession_vector(struct thread *self, const struct args_repossession_vector *a, struct out_repossession_vector *out)
{
	struct holdings *h = space_holdings(self->space);
	const u64 size = sizeof(struct repossession);

	if (a->at % size || a->at > USER_END || a->entries > (USER_END - a->at) / size)
		return ERR_BAD_ADDRESS;
	h->vector = a->at;
	h->vector_entries = a->entries;
	h->vector_used = 0;
	return OK;
}

/* The entry that is next, in the direct map until anything is freed; NULL: the vector is full, or cannot be written any more. */
static struct repossession *
entry_next(struct space *space)
{
	const struct holdings *h = space_holdings(space);
	paddr_t pa;
	size_t left;

	if (h->vector_used >= h->vector_entries ||
	    space_walk(space, h->vector + h->vector_used * sizeof(struct repossession), RIGHT_READ | RIGHT_WRITE, &pa, &left))
		return NULL;
	return arch_direct(pa);		/* an entry never lies in two pages */
}

/* --- force ------------------------------------------------------------------------------------------------------------ */

static bool
holds(const struct space *space, const struct frame *f)
{
	return f && f->state == FRAME_USER && f->owner == space;
}

/* The page that the vector's next entry names, if the space holds it; WHAT the entry says of it. */
static struct frame *
victim_named(struct space *space, const struct repossession *entry, u64 *what)
{
	*what = entry ? entry->what & (REPOSSESS_GIVE | REPOSSESS_DISCARD) : 0;
	struct frame *f = *what ? frame_lookup(entry->page) : NULL;
	return holds(space, f) ? f : NULL;
}

/* Along the space's list from where the last was found, past donated pages, once: what is at its end is not gone through again for each page of the pool. */
static enum status
victim_listed(struct space *space, struct frame **out)
{
	struct holdings *h = space_holdings(space);
	struct frame *f = h->victim;

	if (!f || f->owner != space)
		f = h->listed ? NULL : space->frames;
	while (f && f->state != FRAME_USER) {
		h->victim = f = f->next;
		h->listed |= !f;
		if (preempt_point())
			return STATUS_RESTART;
	}
	h->victim = f;
	h->listed |= !f;
	*out = f;
	return OK;
}

/*
 * The entry is written first, since it may be in the page that is freed.  Preempted, the same page is found again: the entry still names it, or the
 * list's place does.
 */
static enum status
take(struct space *space, struct frame *f, struct repossession *entry, u64 what)
{
	struct holdings *h = space_holdings(space);
	struct frame *next = f->next;

	if (entry)
		*entry = (struct repossession){ .page = frame_address(f), .what = what | REPOSSESSED };
	if ((h->sleepers && wait_frame_gone(f)) || frame_free(f))
		return STATUS_RESTART;
	if (h->victim == f)
		h->victim = h->listed ? NULL : next;
	h->vector_used += entry != NULL;
	h->taken += !(what & REPOSSESS_DISCARD);
	return OK;
}

/* One page, or one entry of the vector that names none.  ERR_NOT_FOUND: the space holds no page that is not donated. */
static enum status
take_page(struct space *space)
{
	struct holdings *h = space_holdings(space);
	struct repossession *entry = entry_next(space);
	u64 what;
	struct frame *f = victim_named(space, entry, &what);

	if (!f && what && h->missed < REPOSSESS_MISSES) {
		entry->what = REPOSSESS_NOT_HELD;
		h->vector_used++;
		h->missed++;
		return OK;
	}
	if (!f) {
		what = 0;
		if (victim_listed(space, &f))
			return STATUS_RESTART;
	}
	return f ? take(space, f, entry, what) : ERR_NOT_FOUND;
}

/* The newest of the spaces that it made.  ERR_NOT_FOUND: there is none, or the caller runs in it. */
static enum status
take_space(struct space *space)
{
	struct space *child = space->children;

	if (!child)
		return ERR_NOT_FOUND;
	u64 allowance = space_holdings(child)->allowance;
	enum status status = object_destroy(&child->object);
	if (status == OK)
		space_holdings(space)->given -= allowance;
	return status == ERR_WRONG_STATE ? ERR_NOT_FOUND : status;
}

/* The rest of what can be had: pages of its own pool, which become pages that it holds when it had donated them. */
static enum status
take_pool(struct space *space)
{
	struct holdings *h = space_holdings(space);
	struct frame *f;

	if (space->threads && cache_free(space->threads))
		return STATUS_RESTART;
	if (h->unbound < (USER_END - USER_START) >> PAGE_SHIFT &&
	    space_unmap_range(space, USER_START, (USER_END - USER_START) >> PAGE_SHIFT, &h->unbound))
		return STATUS_RESTART;
	if (space_trim(space))
		return STATUS_RESTART;
	if (kmem_reclaim(space, &f))
		return ERR_NOT_FOUND;
	h->victim = f && f->owner == space ? f : NULL;
	return OK;
}

/* One step towards nothing owed.  ERR_NOT_FOUND: there is none to be made. */
static enum status
step(struct space *space)
{
	enum status status = take_page(space);

	if (status == ERR_NOT_FOUND)
		status = take_space(space);
	if (status == ERR_NOT_FOUND && space->root)
		status = take_pool(space);
	return status;
}

enum status
sys_repossess(struct thread *self, const struct args_repossess *a, struct out_repossess *out)
{
	struct space *space;
	enum status status = space_revocable(self, a->space, &space);

	if (status)
		return status;
	struct holdings *h = space_holdings(space);
	if (space_holds_current(space) || (owed(space) && arch_clock() < h->bound))
		return ERR_WRONG_STATE;
	while (owed(space) && status == OK) {
		status = step(space);
		if (status == OK && preempt_point())
			status = STATUS_RESTART;
	}
	if (status == STATUS_RESTART)
		return status;
	out->owed = owed(space);
	h->demanded[DEMAND_PAGES] = h->unbound = h->missed = 0;
	h->victim = NULL;
	h->listed = false;
	if (h->taken)
		tell(space);
	return OK;
}
