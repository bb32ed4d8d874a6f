/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The trap frame: a thread's user registers, at the start of struct thread.  Its order is that of the pushes in entry.S, read from
 * the end: the processor pushes ss..rip (and error), the vector's stub the vector, trap_entry the rest.  The six argument registers of a
 * system call lie side by side, so that a generated `struct args_*` overlays them.
 */
#pragma once

#include "core/types.h"

/* trap_frame.valid: what the frame holds, and how it may be left. */
#define FRAME_GENERAL	1	/* the general registers r15..r9; without it only rip, rflags, rsp (fast entry) */
#define FRAME_SYSRET	2	/* entered by syscall: rcx and r11 are free, sysret may be used */

/* rflags as a thread begins with them, and a handler: nothing set but what always is and interrupts. */
#define FRAME_RFLAGS_INITIAL	0x202

struct trap_frame {
	u64 valid;
	u64 r15, r14, r13, r12, rbp, rbx;
	u64 r11, rcx, rax;
	u64 arg[6];		/* rdi, rsi, rdx, r10, r8, r9 */
	u64 fault_address;	/* cr2, for page faults */
	u64 vector;
	u64 error;
	u64 rip, cs, rflags, rsp, ss;
};
_Static_assert(sizeof(struct trap_frame) == 24 * 8, "a multiple of 16: the processor aligns before it pushes");
