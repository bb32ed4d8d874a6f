/* SPDX-License-Identifier: BSD-2-Clause */
/* Where in a signal's frame (process/frame.c) the vDSO finds and puts what; for C and assembler. */
#pragma once

#define FRAME_UCONTEXT	8
#define FRAME_STACK	24		/* of handlers, three words */
#define FRAME_REGISTERS	48		/* r8 ... r15 rdi rsi rbp rbx rdx rax rcx, fifteen words; then rsp rip rflags */
#define FRAME_RIP	176
#define FRAME_RFLAGS	184
#define FRAME_FPU	232		/* the address of the floating-point registers */
#define FRAME_HANDLER	240		/* the first of Linux's reserved words */
#define FRAME_MASK	304
#define FRAME_INFO	312

#define CONTEXT_XSTATE	1		/* its flags: floating-point registers as by xsave */

/* In the floating-point registers' area: what Linux puts into the part that the processor leaves alone, then the header that it wants cleared. */
#define FPU_SOFTWARE	464
#define FPU_SOFTWARE_WORDS	6
#define FPU_HEADER	512
#define FPU_MAGIC1	0x46505853
#define FPU_MAGIC2	0x46505845	/* behind all that the processor saves */

#define VDSO_FPU	24		/* vdso/data.h: its fpu */

/* On the stack that is returned to: the address to return to, and above it what is left alone. */
#define RED_ZONE	128
