/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a message has beside its words: typed items and strings, its pieces, one after the other.
 *
 * They are transferred while the partner still waits, before anything of the rendezvous itself happens.  So whatever goes wrong is the
 * sender's error and nothing else: the receiver waits on as if nobody had come, in the order of pieces those before the failing one have
 * taken effect, and the failing one perhaps in part.  The words go last, at once.
 *
 * The thread that executes the operation carries the transfer, whichever side it is.  When it is preempted, or asks a pager for a page, its call
 * is executed again later and goes on where the state below says; it and its partner know each other for so long.  When the partner
 * ceases to wait meanwhile, for whatever reason, the state is forgotten and the call finds out anew who waits.  It finds its endpoint anew, too:
 * if an item of the message itself moved the capability that it names, it ends with ERR_NO_CAP.
 */
#pragma once

#include "core/types.h"
#include <l4/utcb.h>

struct space;
struct thread;

struct transfer {
	struct thread *partner;		/* whose wait it is good for; NULL: none is under way */
	u64 done;			/* of the present piece: pages of an fpage, bytes of a string */
	u64 placed;			/* bytes behind the window's offset that have been used */
	u64 deadline;			/* of the strings, once the first has begun */
	struct space *faulted;		/* whose page this thread waits for; NULL: it does not */
	u16 tag;			/* of the message that it is of */
	u8 piece;			/* the present one: items, then strings */
	u8 slots;			/* of the window that have been used */
	u8 timed;			/* the deadline is set */
	u8 failed;			/* enum status: the page did not come */
	u8 refusal;			/* what `failed' is if it is refused */
};

/* A tag in parts. */
#define TAG_WORDS	((1u << IPC_TAG_ITEMS) - 1)

static inline unsigned
tag_items(unsigned tag)
{
	return tag >> IPC_TAG_ITEMS & ((1u << (IPC_TAG_STRINGS - IPC_TAG_ITEMS)) - 1);
}

static inline unsigned
tag_strings(unsigned tag)
{
	return tag >> IPC_TAG_STRINGS;
}

/*
 * SELF transfers the pieces of FROM's message with TAG, which is one, to TO: SELF is one of the two, the other waits.
 * STATUS_RESTART: preempted, or SELF waits for a page.
 */
enum status transfer(struct thread *self, struct thread *from, struct thread *to, unsigned tag);

/* T ceases to wait, and somebody carries a transfer with it. */
void transfer_partner_leaves(struct thread *t);

/* T waits for a page for its transfer no longer: it is cancelled.  False: it does not. */
bool transfer_cancel(struct thread *t);

/* The page for which T waits does not come.  False: it does not wait for a page of a transfer. */
bool transfer_refused(struct thread *t);

/* The transfer's deadline has come. */
void transfer_timeout(struct thread *t);

/* T is about to be freed. */
void transfer_forget(struct thread *t);

/* --- items.c, strings.c: one piece.  X says how far it is ----------------------------------------------------------- */

/* One item for TO, which waits for the answer to a fault: a page of 4 KiB for a place where nothing is?  False: nothing is changed. */
bool item_map_page(struct thread *from, struct thread *to);

enum status item_transfer(struct thread *from, struct thread *to, struct transfer *x);
enum status string_transfer(struct thread *self, struct thread *from, struct thread *to, struct transfer *x, unsigned string);
