/* SPDX-License-Identifier: BSD-2-Clause */
/* No short way to bind in a kernel with trace, which is to have a record of each call and mapping: sys_bind does it.  The twin is trace/off/bind.S. */
	.section .entry.text, "ax"
	.globl	bind
	.type	bind, @function
bind:
	jmp	syscall_full
	.size	bind, . - bind

	.section .note.GNU-stack, "", @progbits
