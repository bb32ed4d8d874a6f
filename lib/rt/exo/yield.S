/* SPDX-License-Identifier: BSD-2-Clause */
/* enum status yield_to(uint64_t name): the kernel keeps rip, rflags, rsp, the FPU and the segment bases; the rest is kept here. */
#include <exo/calls.h>

	.text
	.globl	yield_to
	.type	yield_to, @function
yield_to:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	$CALL_YIELD_TO, %eax
	syscall
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret
	.size	yield_to, . - yield_to

	.section .note.GNU-stack, "", @progbits
