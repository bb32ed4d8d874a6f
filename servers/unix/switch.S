/* SPDX-License-Identifier: BSD-2-Clause */
/* From one stack to another. */
	.text

/* void fiber_switch(uint64_t *from, uint64_t to): what a function keeps is on the stack, and the stack pointer in *from. */
	.globl	fiber_switch
	.type	fiber_switch, @function
fiber_switch:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rsp, (%rdi)
	mov	%rsi, %rsp
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret
	.size	fiber_switch, . - fiber_switch

	.section .note.GNU-stack, "", @progbits
