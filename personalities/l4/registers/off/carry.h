/* SPDX-License-Identifier: BSD-2-Clause */
/* The message in registers goes through memory: from this thread's frame, %rsp, to its partner's, %rcx.  %rax and %rdx are lost. */
#pragma once

#define MESSAGE_LOW	FRAME_R15		/* r15 r14 r13 r12 rbp rbx, then, in ascending order, rdi rsi (rdx) r10 r8 r9 */
#define MESSAGE_HIGH	FRAME_ARG0

	.macro move_word at
	mov	\at(%rsp), %rdx
	mov	%rdx, \at(%rcx)
	.endm

	.macro carry
	save_message %rsp
	.irp	at, 0, 8, 16, 24, 32, 40
	move_word MESSAGE_LOW + \at
	.endr
	.irp	at, 0, 8, 24, 32, 40
	move_word MESSAGE_HIGH + \at
	.endr
	mov	MESSAGE_LOW(%rcx), %r15
	mov	MESSAGE_LOW + 8(%rcx), %r14
	mov	MESSAGE_LOW + 16(%rcx), %r13
	mov	MESSAGE_LOW + 24(%rcx), %r12
	mov	MESSAGE_LOW + 32(%rcx), %rbp
	mov	MESSAGE_LOW + 40(%rcx), %rbx
	mov	MESSAGE_HIGH(%rcx), %rdi
	mov	MESSAGE_HIGH + 8(%rcx), %rsi
	mov	MESSAGE_HIGH + 24(%rcx), %r10
	mov	MESSAGE_HIGH + 32(%rcx), %r8
	mov	MESSAGE_HIGH + 40(%rcx), %r9
	.endm
