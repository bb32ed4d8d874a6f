/* SPDX-License-Identifier: BSD-2-Clause */
/* A fast entry that takes nothing: every call goes through the full save.  For personalities without a path to shorten. */
	.section .entry.text.fast, "ax"
	.globl	personality_syscall_fast
	.type	personality_syscall_fast, @function
personality_syscall_fast:
	jmp	syscall_full
	.size	personality_syscall_fast, . - personality_syscall_fast

	.section .note.GNU-stack, "", @progbits
