/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Page-table isolation: user level runs on tables that map, of the kernel, only .entry.text and .entry.data.  The entry loads
 * the space's kernel tables before it touches anything else; the exit loads the user tables last.  The processor's frame lands on
 * the entry stack in struct cpu and is copied to the thread.
 */
	.macro pti_load reg, cpu_field
	mov	%gs:\cpu_field, \reg
	mov	\reg, %cr3
	.endm

	/* The user's stack pointer is safe in the CPU: %rsp is free. */
	.macro pti_enter_syscall
	pti_load %rsp, CPU_KERNEL_CR3
	.endm

	.macro pti_exit_sysret
	mov	%rsp, %gs:CPU_USER_RSP
	pti_load %rsp, CPU_USER_CR3
	mov	%gs:CPU_USER_RSP, %rsp
	.endm

	.macro pti_enter_debug
	mov	%rax, %gs:CPU_SCRATCH
	pti_load %rax, CPU_KERNEL_CR3
	mov	%gs:CPU_SCRATCH, %rax
	.endm

	.macro pti_enter_trap
	pti_enter_debug
	frame_to_thread
	.endm

	/* All general registers are in the thread's frame. */
	.macro pti_enter_iret
	pti_load %rax, CPU_KERNEL_CR3
	.endm

	/* r14 keeps what was loaded, over the C code. */
	.macro pti_enter_paranoid
	mov	%cr3, %r14
	pti_load %rax, CPU_KERNEL_CR3
	.endm

	.macro pti_exit_paranoid
	mov	%r14, %cr3
	.endm

	/* The kernel's stack is not mapped for user level: iretq reads the entry stack. */
	.macro pti_iret_stack
	mov	%gs:CPU_SELF, %rsp
	add	$CPU_ENTRY_STACK_END, %rsp
	.endm

	.macro pti_exit_iret
	push	%rax
	pti_load %rax, CPU_USER_CR3
	pop	%rax
	.endm
