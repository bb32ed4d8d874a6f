/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the files of the operations on spaces; and the whole of them. */
#pragma once

#include "model_space.h"
#include "unit.h"

#define PAGES	* PAGE_SIZE

extern const struct operations ops_space;

/* An operation that was preempted and left, to be gone on with after others. */
struct pending {
	enum { PENDING_NONE, PENDING_REVOKE, PENDING_PART, PENDING_UNMAP, PENDING_REVOKE_RANGE } kind;
	struct node *node;
	unsigned space, rights;
	bool self;
	vaddr_t vaddr;
	paddr_t pa;
	u64 bytes, pages, done;
};

/* --- choices ------------------------------------------------------------------------------------------------------ */

vaddr_t choose_address(struct input *in, unsigned order);	/* not always a user address, nor aligned */
unsigned choose_rights(struct input *in);			/* not always valid */
unsigned choose_order(struct input *in);
struct space *choose_space(struct input *in, unsigned *i);
struct node *choose_node(struct input *in);			/* NULL: there is none */
struct model_frame *choose_frame(struct input *in);

/* --- memory ------------------------------------------------------------------------------------------------------- */

/* What a call that answers ERR_NO_KMEM found before; and that it was right to. */
struct memory {
	u64 unused;
	bool failing;
};

struct memory memory_of(const struct space *space);
bool memory_was_short(struct memory before);
void no_kmem_is_right(const struct space *space, struct memory before);

/* --- progress ----------------------------------------------------------------------------------------------------- */

/* S asks for the operation again, which must not go on for ever, however often it is preempted. */
bool again(enum status s);

/* --- operations on more than one mapping ---------------------------------------------------------------------------- */

void revoke(struct input *in);
void range(struct input *in);
void protect_range(struct input *in);
void map_range(struct input *in);
void go_on(struct input *in);		/* with what was left, if anything */
void pending_forget(void);
