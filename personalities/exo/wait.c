/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Waiting: an environment leaves the vector until a word differs from a value, a time has passed, an asynchronous entry or an interrupt is there.
 *
 * The kernel keeps no condition.  A sleeper's call is executed again when it is woken, and looks again; to wake somebody for nothing is harmless.
 * What it keeps is where sleepers are found: by the physical address of the word, in a hashed table with a secret factor.  There is
 * one word a sleeper and a bucket for each environment that can be, so a bucket holds the sleepers of one word and hardly any other; to wake them costs
 * the same whoever else sleeps.
 *
 * Who writes the word says so (call wake).  A frame that goes wakes its sleepers, which find no word any more: those of one frame by looking at
 * each that waits for one of its owner's, those of a dying environment's frames all: from a list at the owner.
 */
#include "core/arch.h"
#include "core/cpu.h"
#include "core/frame.h"
#include "core/table.h"
#include "personalities/exo/exo.h"
#include "personalities/exo/handlers.h"
#include <exo/wait.h>

#define BUCKET_BITS	12
#define WORD_BYTES	8

_Static_assert(NAMES <= 1 << BUCKET_BITS, "not more sleepers than buckets");

static struct sleeper_link *buckets[1 << BUCKET_BITS];
static u64 factor = 0x9e3779b97f4a7c15;	/* 2^64 by the golden ratio, where the machine has nothing secret */

void
wait_init(void)
{
	u64 secret;

	if (arch_random(&secret))
		factor = secret | 1;
}

static struct sleeper_link **
bucket_of(paddr_t word)
{
	return &buckets[word / WORD_BYTES * factor >> (64 - BUCKET_BITS)];
}

static struct thread *
sleeper_thread(struct sleeper *s)
{
	return environment_thread(container_of(s, struct environment, sleeper));
}

static void
link_insert(struct sleeper_link *link, struct sleeper_link **head)
{
	link->next = *head;
	link->pprev = head;
	if (link->next)
		link->next->pprev = &link->next;
	*head = link;
}

static void
link_remove(struct sleeper_link *link)
{
	if (!link->pprev)
		return;
	*link->pprev = link->next;
	if (link->next)
		link->next->pprev = link->pprev;
	link->pprev = NULL;
}

/* The frame of the word for which S waits. */
static inline struct frame *
frame_waited_for(const struct sleeper *s)
{
	return frame_head(frame_of(s->word));
}

/* A look through the owner's list that stopped at S goes on behind it. */
static inline void
look_passes(const struct sleeper *s)
{
	if (s->look->next == &s->of_owner)
		s->look->next = s->of_owner.next;
}

void
wait_forget(struct thread *t)
{
	struct sleeper *s = &environment_of(t)->sleeper;

	if (s->of_owner.pprev)
		look_passes(s);
	link_remove(&s->in_bucket);
	link_remove(&s->of_owner);
	timeout_cancel(&this_cpu()->timeouts, &t->timeout);
	s->waits = false;
}

void
wait_end(struct thread *t)
{
	if (!environment_of(t)->sleeper.waits)
		return;
	wait_forget(t);
	thread_make_runnable(t);
}

/* --- frames that go ------------------------------------------------------------------------------------------------- */

/* Who waits for another frame's words may be many: how far the look through the list came is kept when it is preempted. */
static enum status
look_through(struct sleeper_look *look, struct sleeper_link *first, struct frame *f)
{
	if (look->frame != f)
		*look = (struct sleeper_look){ .frame = f, .next = first };
	while (look->next) {
		struct sleeper *s = container_of(look->next, struct sleeper, of_owner);

		look->next = s->of_owner.next;
		if (frame_waited_for(s) == f)
			wait_end(sleeper_thread(s));
		if (preempt_point())
			return STATUS_RESTART;
	}
	look->frame = NULL;
	return OK;
}

enum status
wait_frame_gone(struct frame *f)
{
	struct holdings *h = f->owner ? space_holdings(f->owner) : NULL;

	return h && h->sleepers ? look_through(&h->look, h->sleepers, f) : OK;
}

enum status
wait_owner_gone(struct space *owner)
{
	struct sleeper_link **first = &space_holdings(owner)->sleepers;

	while (*first) {
		wait_end(sleeper_thread(container_of(*first, struct sleeper, of_owner)));
		if (preempt_point())
			return STATUS_RESTART;
	}
	return OK;
}

/* --- calls ------------------------------------------------------------------------------------------------------------ */

/* Of the frame that a look through the list is about it is in front of where that stopped: it begins anew. */
static inline void
owner_link(struct sleeper *s, struct holdings *h)
{
	if (h->look.frame && h->look.frame == frame_waited_for(s))
		h->look.frame = NULL;
	s->look = &h->look;
	link_insert(&s->of_owner, &h->sleepers);
}

/* The usual word, in a page of 4 KiB of memory; anything else is asked of core. */
static inline bool
word_quick(const struct space *space, vaddr_t address, paddr_t *word)
{
	u64 *pte;

	if (!table_leaf_entry(space, address, &pte) || !arch_pte_present(*pte) || *pte & ARCH_PTE_DEVICE)
		return false;
	*word = arch_pte_address(*pte) | (address & PAGE_MASK);
	return true;
}

/* The word at ADDRESS as the caller reads it, in a frame that stays. */
static enum status
word_find(const struct space *space, vaddr_t address, paddr_t *word, struct space **owner)
{
	size_t left;

	if (address % WORD_BYTES || address >= USER_END)
		return ERR_BAD_ADDRESS;
	if (!word_quick(space, address, word) && space_walk(space, address, RIGHT_READ, word, &left))
		return ERR_BAD_ADDRESS;
	*owner = frame_head(frame_of(*word))->owner;
	return *owner && (*owner)->object.dying ? ERR_BAD_ADDRESS : OK;
}

/* True when there is nothing to wait for, and why. */
static bool
no_wait(const struct environment *e, const u64 *word, u64 value, u64 deadline, u64 *reason)
{
	if (word && *word != value)
		*reason = WAIT_WORD;
	else if (e->entries.count)
		*reason = WAIT_ENTRY;
	else if (e->interrupts.first)
		*reason = WAIT_INTERRUPT;
	else if (deadline != WAIT_FOREVER && deadline <= arch_clock())
		*reason = WAIT_TIME;
	else
		return false;
	return true;
}

enum status
sys_wait(struct thread *self, const struct args_wait *a, struct out_wait *out)
{
	struct environment *e = environment_of(self);
	struct sleeper *s = &e->sleeper;
	struct space *owner = NULL;
	paddr_t word = 0;
	enum status status = a->address ? word_find(self->space, a->address, &word, &owner) : OK;

	if (status)
		return status;
	if (no_wait(e, word ? arch_direct(word) : NULL, a->value, a->deadline, &out->reason))
		return OK;
	if (e->share != &e->own)
		return ERR_WRONG_STATE;
	s->word = word;
	s->waits = true;
	if (word)
		link_insert(&s->in_bucket, bucket_of(word));
	if (owner)
		owner_link(s, space_holdings(owner));
	if (a->deadline != WAIT_FOREVER)
		timeout_insert(&this_cpu()->timeouts, &self->timeout, a->deadline);
	thread_block(self);
	return STATUS_RESTART;
}

enum status
sys_wake(struct thread *self, const struct args_wake *a, struct out_wake *out)
{
	struct sleeper_link *next;
	struct space *owner;
	paddr_t word;
	enum status status = word_find(self->space, a->address, &word, &owner);

	if (status)
		return status;
	for (struct sleeper_link *link = *bucket_of(word); link; link = next) {
		struct sleeper *s = container_of(link, struct sleeper, in_bucket);

		next = link->next;
		if (s->word != word)
			continue;
		wait_end(sleeper_thread(s));
		if (preempt_point())
			return STATUS_RESTART;
	}
	return OK;
}
