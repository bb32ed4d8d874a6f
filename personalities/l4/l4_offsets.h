/* SPDX-License-Identifier: BSD-2-Clause */
/* Offsets and values that the fast path uses, by name.  endpoint.c asserts each against the structure. */
#pragma once

#define THREAD_STATE		264
#define THREAD_SUSPENDED	265
#define THREAD_PRIORITY		266
#define THREAD_QUEUED		267
#define THREAD_ACCOUNT		268
#define THREAD_READY_NEXT	280
#define THREAD_READY_PREV	288
#define CPU_READY		440		/* heads of the levels */
#define CPU_READY_LEVELS	2488		/* bits: which levels have somebody, and which words of those */
#define CPU_READY_SUMMARY	2520
#define LEVEL_WORD_SHIFT	6
#define FRAME_OF_CALL		3		/* FRAME_GENERAL | FRAME_SYSRET */
#define THREAD_TICKS		344
#define THREAD_FPU_AREA		1280

/* struct l4_thread, in the thread */
#define L4_CALLER		448
#define L4_SERVER		456
#define L4_ENDPOINT		464
#define L4_UTCB			472
#define L4_THROUGH		480
#define L4_OTHER_CALLER		488
#define L4_OWN_ACCOUNT		520
#define L4_OWN_PRIORITY		524
#define L4_FAULT		527
#define L4_SLOT_LIMIT		576
#define L4_NULL_LIMIT		584
#define L4_PLAIN_LIMIT		592
#define L4_PAGER		640
#define L4_HANDLER		704
#define L4_FAULTED		800

#define ENDPOINT_WAITING	32
#define NOTIFICATION_ENDPOINT	72		/* to which it is bound */
#define NOTIFICATION_PENDING	105
#define NOTIFICATION_BITS	112
#define SPACE_CAPS		1152

/* struct capability; a slot is 64 bytes, a page has 64 of them */
#define CAP_OBJECT		0
#define CAP_BADGE		8
#define CAP_TYPE		16
#define CAP_SLOT_SHIFT		6
#define CAP_SLOT_MASK		0xfc0		/* of the slot's number times 64: where in its page */
#define CAP_KIND_MASK		0xff00

#define ENDPOINT_SENDS		0x1040		/* kind << 8 | right */
#define ENDPOINT_RECEIVES	0x1080
#define NOTIFICATION_SENDS	0x1140
#define NOTIFICATION_RECEIVES	0x1180
#define RIGHT_TO_SEND		0x40
#define RIGHT_TO_RECEIVE	0x80

#define ANSWER_RAX		0x100		/* REGISTERS_* */
#define ANSWER_IP		0x8000
#define ANSWER_SP		0x20000

#define ANSWER_IP_END		0x00007ffffffff000	/* USER_END without the suffix, which not every assembler takes */

#define STATE_RUNNABLE		1
#define STATE_WAIT_RECEIVE	4
#define STATE_WAIT_REPLY	5
#define STATE_WAIT_BITS		7
