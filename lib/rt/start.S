/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program's first instruction: rdi = bootinfo, rsi = argument count, rdx = argument vector; or, where that count is 0, they are on the stack, the
 * count first, as programs are started elsewhere.
 */
	.text
	.globl	_start
	.type	_start, @function
_start:
	xor	%ebp, %ebp		/* the outermost frame */
	test	%esi, %esi
	jnz	1f
	mov	(%rsp), %esi
	lea	8(%rsp), %rdx
1:	and	$-16, %rsp
	call	rt_start
	ud2
	.size	_start, . - _start

	.section .note.GNU-stack, "", @progbits
