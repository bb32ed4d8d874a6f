/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A thread's UTCB: what of its messages is not in registers.  A page that thread_utcb makes and maps into the thread's space; behind the
 * structure it is user level's own.  docs/l4/message.md says what happens with it.
 */
#pragma once

#include <stdint.h>
#include <l4/ipc.h>

enum ipc_item_kind {
	ITEM_CAP_COPY = 1,	/* derive a capability with at most `rights` */
	ITEM_CAP_MINT,		/* the same, with a badge */
	ITEM_CAP_MOVE,		/* the receiver has it instead, in the same place of the derivation */
	ITEM_MAP,		/* derive mappings of an fpage, with at most `rights` */
	ITEM_GRANT,		/* the receiver has them instead */
};

/*
 * A typed item.  An fpage is a power of two of bytes, from 4 KiB up, at a multiple of its size; `at` chooses among the places in a larger
 * window, or what of a larger fpage comes into a smaller window: `at` modulo the larger size, rounded down to the smaller.
 * Received: `from` is the slot or address where it was put, `size` what of an fpage there was room for.
 */
struct ipc_item {
	uint32_t kind;		/* enum ipc_item_kind */
	uint32_t rights;	/* RIGHT_* (<janus/kinds.h>) */
	uint64_t from;		/* slot of the capability, address of the fpage: the sender's */
	union {
		uint64_t badge;	/* ITEM_CAP_MINT */
		uint64_t size;	/* of an fpage: logarithm of its bytes, 12 and above */
	};
	uint64_t at;
};

/* Where the receiver is ready to have what it is sent; all 0: nowhere. */
struct ipc_window {
	uint64_t slot, slots;	/* capabilities: one after the other, into slots that are empty */
	uint64_t address, size;	/* an fpage, size as above: what is mapped where something comes is removed first */
	uint64_t offset;	/* of the first in the window, the others behind it; or IPC_SENDER_CHOOSES */
};

#define IPC_SENDER_CHOOSES	(~0ul)		/* by `at` of each item */
#define IPC_STRING_LIMIT	(4ul << 20)	/* bytes of one string */

struct ipc_string {
	uint64_t address, bytes;
};

struct utcb {
	uint64_t word[IPC_UTCB_WORDS];		/* of the message behind those in registers: sent and received */
	uint64_t failed;			/* the kernel's, when a message that was sent fails: number of the item, then of the string */
	uint64_t transfer_time;			/* timeout for strings, from the first byte on; the shorter of both sides' */
	struct ipc_window window;
	struct ipc_item out[IPC_ITEMS];		/* sent */
	struct ipc_item in[IPC_ITEMS];		/* received */
	struct ipc_string string[IPC_STRINGS];	/* sent */
	struct ipc_string buffer[IPC_STRINGS];	/* where strings may be put, each at most of so many bytes */
	uint64_t received[IPC_STRINGS];		/* bytes that were */
};

_Static_assert(sizeof(struct utcb) <= 2048, "a half of its page is user level's");
