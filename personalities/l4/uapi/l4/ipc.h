/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is in rax at an IPC.  For C and assembler.
 *
 *            63        48 47           32 31        16 15        0
 *   before   |   tag     | receive time  | send time  | operation |      receive time: of the receive, or of the reply to a call
 *   after    |   tag     | kind          |         status         |
 *
 * A timeout is m * 2^e ticks of the clock from the beginning of the wait: m in bits 0 to 9, e in bits 10 to 15.
 *
 * The tag says what of a message is in the UTCB, beside the words in registers (<l4/utcb.h>).  Kind is 0 when a thread sent the message.
 */
#pragma once

#define IPC_SEND_TIME		16
#define IPC_RECEIVE_TIME	32
#define IPC_KIND		32
#define IPC_TAG			48

#define IPC_NEVER		0		/* as long as it takes */
#define IPC_AT_ONCE		(1 << 10)	/* 0 * 2: only if the partner waits already */
#define IPC_TICKS(m, e)		((m) | (e) << 10)

#define IPC_WORDS		11		/* of a message in registers */
#define IPC_UTCB_WORDS		53		/* and behind them in the UTCB: 64 in all */
#define IPC_ITEMS		8		/* typed items of a message */
#define IPC_STRINGS		4		/* strings of a message */

/* A tag: words in the UTCB in bits 0 to 5, typed items in bits 6 to 9, strings in bits 10 to 12; the others are 0. */
#define IPC_TAG_ITEMS		6
#define IPC_TAG_STRINGS		10
#define IPC_TAG_OF(words, items, strings) ((words) | (items) << IPC_TAG_ITEMS | (strings) << IPC_TAG_STRINGS)
