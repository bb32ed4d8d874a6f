/* SPDX-License-Identifier: BSD-2-Clause */
/* Bindings: how they are made, and how table_read tells what there is. */
#pragma once

#define BIND_WIRED	0x100		/* beside the rights: never evicted */

/* A word of table_read, one a page; 0: nothing is bound there. */
#define BOUND_RIGHTS	0x7ul		/* RIGHT_READ, RIGHT_WRITE, RIGHT_EXECUTE: what it has now */
#define BOUND_GRANTED	0x38ul		/* what it was bound with, 3 bits further up */
#define BOUND_ACCESSED	0x40ul
#define BOUND_DIRTY	0x80ul
#define BOUND_WIRED	0x100ul
#define BOUND_SHARE	0x200ul		/* can be shared with other spaces */
#define BOUND_PHYSICAL	0xffffffffff000ul

#define TABLE_READ_LIMIT	128	/* words that one call gives */
