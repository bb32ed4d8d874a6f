/* SPDX-License-Identifier: BSD-2-Clause */
/* Transfers: begun, interrupted, gone on with, given up.  transfer.h says what they are. */
#include "core/cpu.h"
#include "personalities/l4/l4.h"

/* T carries nothing any more. */
static void
transfer_end(struct thread *t)
{
	struct transfer *x = &l4_thread(t)->transfer;

	if (x->partner && l4_thread(x->partner)->carrier == t)
		l4_thread(x->partner)->carrier = NULL;
	x->partner = NULL;
	x->faulted = NULL;
}

static void
transfer_begin(struct thread *self, struct thread *partner, unsigned tag)
{
	struct transfer *x = &l4_thread(self)->transfer;

	if (x->partner)
		transfer_end(self);
	x->partner = partner;
	x->tag = tag;
	x->done = x->placed = 0;
	x->piece = x->slots = 0;
	x->timed = x->failed = 0;
}

/* The partner is found only by the ordinary path from now on, which tells us when it ceases to wait. */
static void
transfer_pause(struct thread *self, struct thread *partner)
{
	if (l4_thread(partner)->carrier == self)
		return;
	transfer_partner_leaves(partner);
	l4_thread(partner)->carrier = self;
	if (partner->state == WAIT_REPLY)
		caller_hide(l4_thread(partner)->server);
	else
		endpoint_hide(l4_thread(partner)->endpoint, partner);
}

static enum status
transfer_pieces(struct thread *self, struct thread *from, struct thread *to, unsigned tag)
{
	struct transfer *x = &l4_thread(self)->transfer;
	unsigned items = tag_items(tag), pieces = items + tag_strings(tag);
	enum status status = x->failed;

	while (status == OK && x->piece < pieces) {
		status = x->piece < items ? item_transfer(from, to, x) : string_transfer(self, from, to, x, x->piece - items);
		if (status)
			break;
		x->piece++;
		x->done = 0;
		if (x->piece < pieces && preempt_point())
			status = STATUS_RESTART;
	}
	return status;
}

enum status
transfer(struct thread *self, struct thread *from, struct thread *to, unsigned tag)
{
	struct thread *partner = self == from ? to : from;
	struct transfer *x = &l4_thread(self)->transfer;

	if (x->partner != partner || x->tag != tag)	/* its registers can have been exchanged meanwhile */
		transfer_begin(self, partner, tag);
	enum status status = transfer_pieces(self, from, to, tag);
	if (status == STATUS_RESTART) {
		transfer_pause(self, partner);
		return STATUS_RESTART;
	}
	if (status)
		l4_thread(from)->utcb->failed = x->piece;
	transfer_end(self);
	return status;
}

/* --- ends ----------------------------------------------------------------------------------------------------------- */

/* T, which waits for a page of a transfer, executes its call again. */
static void
page_wait_end(struct thread *t)
{
	ipc_leave(t);
	l4_thread(t)->fault = 0;
	l4_thread(t)->transfer.faulted = NULL;
	thread_make_runnable(t);
}

void
transfer_partner_leaves(struct thread *t)
{
	struct thread *carrier = l4_thread(t)->carrier;

	if (!carrier)
		return;
	if (l4_thread(carrier)->transfer.faulted)
		page_wait_end(carrier);
	transfer_end(carrier);
}

bool
transfer_cancel(struct thread *t)
{
	if (!l4_thread(t)->transfer.faulted)
		return false;
	transfer_end(t);
	return true;
}

bool
transfer_refused(struct thread *t)
{
	struct transfer *x = &l4_thread(t)->transfer;

	if (!x->faulted)
		return false;
	x->faulted = NULL;
	x->failed = x->refusal;
	return true;
}

void
transfer_timeout(struct thread *t)
{
	l4_thread(t)->transfer.failed = ERR_TIMEOUT;
	page_wait_end(t);
}

void
transfer_forget(struct thread *t)
{
	transfer_end(t);
}
