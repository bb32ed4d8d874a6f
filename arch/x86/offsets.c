/* SPDX-License-Identifier: BSD-2-Clause */
/* Assembler's offsets are the structures': checked when this is compiled. */
#include "arch_offsets.h"
#include "core/arch.h"
#include "core/cpu.h"

#define SAME(name, type, member) _Static_assert((name) == offsetof(type, member), #name)

SAME(CPU_SELF, struct cpu, self);
SAME(CPU_CURRENT, struct cpu, current);
SAME(CPU_USER_RSP, struct cpu, user_rsp);
SAME(CPU_STACK, struct cpu, stack);
SAME(CPU_PENDING, struct cpu, pending);
SAME(CPU_CALLS_FULL, struct cpu, calls_full);
SAME(CPU_KERNEL_CR3, struct cpu, arch.kernel_cr3);
SAME(CPU_USER_CR3, struct cpu, arch.user_cr3);
SAME(CPU_SCRATCH, struct cpu, arch.scratch);
SAME(CPU_ENTRY_STACK_END, struct cpu, arch.tss);
SAME(CPU_RSP0, struct cpu, arch.tss.rsp[0]);

SAME(FRAME_VALID, struct trap_frame, valid);
SAME(FRAME_R15, struct trap_frame, r15);
SAME(FRAME_R11, struct trap_frame, r11);
SAME(FRAME_RCX, struct trap_frame, rcx);
SAME(FRAME_RAX, struct trap_frame, rax);
SAME(FRAME_ARG0, struct trap_frame, arg);
SAME(FRAME_FAULT_ADDRESS, struct trap_frame, fault_address);
SAME(FRAME_VECTOR, struct trap_frame, vector);
SAME(FRAME_ERROR, struct trap_frame, error);
SAME(FRAME_RIP, struct trap_frame, rip);
SAME(FRAME_CS, struct trap_frame, cs);
SAME(FRAME_RFLAGS, struct trap_frame, rflags);
SAME(FRAME_RSP, struct trap_frame, rsp);
SAME(FRAME_SS, struct trap_frame, ss);
_Static_assert(FRAME_BYTES == sizeof(struct trap_frame), "FRAME_BYTES");

SAME(THREAD_SPACE, struct thread, space);
SAME(THREAD_CR3, struct thread, cr3);
SAME(THREAD_FPU, struct thread, fpu);
SAME(THREAD_FS_BASE, struct thread, fs_base);
SAME(THREAD_GS_BASE, struct thread, gs_base);
SAME(THREAD_PENDING, struct thread, pending);

_Static_assert(CPU_ENTRY_STACK_END % 16 == 0, "the processor aligns the stack before it pushes");
_Static_assert(offsetof(struct cpu, arch) + sizeof(struct arch_cpu) <= PAGE_SIZE,
	       "with page-table isolation user tables map the first page of struct cpu alone");
