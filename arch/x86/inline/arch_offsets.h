/* SPDX-License-Identifier: BSD-2-Clause */
/* Offsets that assembler code uses, by name.  offsets.c asserts each against the structure. */
#pragma once

/* struct cpu, through %gs */
#define CPU_SELF		0
#define CPU_CURRENT		8
#define CPU_USER_RSP		16
#define CPU_STACK		24
#define CPU_PENDING		32
#define CPU_CALLS_FULL		40
#define CPU_KERNEL_CR3		48
#define CPU_USER_CR3		56
#define CPU_SCRATCH		64
#define CPU_ENTRY_STACK_END	192
#define CPU_RSP0		196		/* tss.rsp[0] */

/* struct trap_frame, at the start of struct thread */
#define FRAME_VALID		0
#define FRAME_R15		8
#define FRAME_R11		56
#define FRAME_RCX		64
#define FRAME_RAX		72
#define FRAME_ARG0		80
#define FRAME_FAULT_ADDRESS	128
#define FRAME_VECTOR		136
#define FRAME_ERROR		144
#define FRAME_RIP		152
#define FRAME_CS		160
#define FRAME_RFLAGS		168
#define FRAME_RSP		176
#define FRAME_SS		184
#define FRAME_BYTES		192

/* struct thread */
#define THREAD_SPACE		224
#define THREAD_CR3		232
#define THREAD_FPU		240
#define THREAD_FS_BASE		248
#define THREAD_GS_BASE		256
#define THREAD_PENDING		272
