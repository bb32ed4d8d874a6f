/* SPDX-License-Identifier: BSD-2-Clause */
/* A program's first instruction: rdi = bootinfo or 0, rsi = argument count, rdx = argument vector. */
	.text
	.globl	_start
	.type	_start, @function
_start:
	xor	%ebp, %ebp		/* the outermost frame */
	and	$-16, %rsp
	call	rt_start
	ud2
	.size	_start, . - _start

	.section .note.GNU-stack, "", @progbits
