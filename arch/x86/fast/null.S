/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A fast entry that takes the null call alone: number 0 in rax.  Its status OK is 0, too, so that nothing is left to do; the
 * other registers are as user level left them.  Everything else is declined.
 */
	.section .entry.text.fast, "ax"
	.globl	personality_syscall_fast
	.type	personality_syscall_fast, @function
personality_syscall_fast:
	test	%rax, %rax
	jnz	syscall_full
	jmp	syscall_exit_fast
	.size	personality_syscall_fast, . - personality_syscall_fast

	.section .note.GNU-stack, "", @progbits
