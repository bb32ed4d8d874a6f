/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Upcalls: how what happens to an environment comes to its own handlers, and how these go back without a system call.
 *
 * For each context the environment registers a save area, a handler and a restart range.  The kernel writes what follows into the area and
 * continues at the handler: every register but rip and rflags is as it was interrupted, the stack included.  `busy` is not 0 from then on; what
 * meets it so is an exception of another context, or sets `pending`, or stops the environment (docs/exo/upcall.md).
 *
 * The way back is the restart range, which ends `busy`:
 *
 *	cmpq	$0, AREA + SAVE_PENDING		# where something can come meanwhile
 *	jne	once_more
 *	movq	$0, AREA + SAVE_BUSY		# upcalls are on again
 *	lea	AREA + SAVE_RFLAGS, %rsp
 *	popfq
 *	pop	%rsp
 *	jmp	*AREA + SAVE_RIP
 *
 * All other registers have their final contents when the range begins.  So what it is about to restore is in the area until its end, and
 * whatever interrupts it makes the kernel go the rest of the way first.  The ways back of all contexts are best side by side: an exception
 * between the first and the last takes the ordinary path.
 *
 * An iretq would do the last four at once, but not all machines that we run on let user level execute it.
 */
#pragma once

#define SAVE_VECTOR	0
#define SAVE_BUSY	8
#define SAVE_ERROR	16
#define SAVE_ADDRESS	24
#define SAVE_RIP	32
#define SAVE_RFLAGS	40
#define SAVE_RSP	48
#define SAVE_PENDING	56
#define SAVE_BYTES	64			/* size and alignment of an area: it never lies in two pages */

#define EXCEPTION_DEBUG		1
#define EXCEPTION_UNDEFINED	6

/* What an environment is told of in its interrupt context: `vector` there, and bits of what it registers for. */
#define UPCALL_START		1	/* its slice begins; `error` is the position */
#define UPCALL_END		2	/* its slice is over: save what is to be kept, and yield; `error` is the position */
#define UPCALL_INTERRUPT	4	/* a line that it is attached to fired: interrupt_take says which */
#define EVENT_START		UPCALL_START
#define EVENT_END		UPCALL_END
#define EVENT_INTERRUPT		UPCALL_INTERRUPT
#define EVENTS_ALL		7

#ifndef __ASSEMBLER__
#include <stdint.h>

struct save_area {
	uint64_t vector;		/* exception number */
	uint64_t busy;			/* 0: upcalls are taken */
	uint64_t error;			/* the processor's error code */
	uint64_t address;		/* page faults: what was accessed */
	uint64_t rip, rflags, rsp;	/* where it happened, and where the way back leads */
	uint64_t pending;		/* not 0: something came while the handler was busy */
} __attribute__((aligned(SAVE_BYTES)));
_Static_assert(sizeof(struct save_area) == SAVE_BYTES, "SAVE_BYTES");

/* The way back in the assembler of a C file, where nothing can come meanwhile: AREA is an address, and BASE "(%rip)" where that is a name, else "". */
#define UPCALL_WAY_BACK(area, base)		\
	"	movq	$0, " area "+8" base "\n"	\
	"	lea	" area "+40" base ", %rsp\n"	\
	"	popfq\n"			\
	"	pop	%rsp\n"			\
	"	jmp	*" area "+32" base "\n"
_Static_assert(SAVE_BUSY == 8 && SAVE_RIP == 32 && SAVE_RFLAGS == 40, "offsets in the way back");
#endif
