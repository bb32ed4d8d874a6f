/* SPDX-License-Identifier: BSD-2-Clause */
/* What the fast paths do to the ready structure, in which the current thread is not: nothing, but when it yields. */
#pragma once

	.macro queue_leave
	.endm

	.macro queue_enter
	.endm

/* %rax = whose turn it is behind the current thread on its level, %rcx; 0: nobody's. */
	.macro queue_second
	mov	%gs:CPU_READY(,%rcx,8), %rax
	.endm

/* This thread comes in the circle where %rax was, and the one behind is the first. */
	.macro queue_turn
	mov	%rsp, %rsi
	mov	THREAD_READY_NEXT(%rax), %rdi
	mov	THREAD_READY_PREV(%rax), %rdx
	cmp	%rax, %rdi
	cmove	%rsi, %rdi
	cmove	%rsi, %rdx
	mov	%rdi, THREAD_READY_NEXT(%rsi)
	mov	%rdx, THREAD_READY_PREV(%rsi)
	mov	%rsi, THREAD_READY_PREV(%rdi)
	mov	%rsi, THREAD_READY_NEXT(%rdx)
	mov	%rdi, %gs:CPU_READY(,%rcx,8)
	movb	$1, THREAD_QUEUED(%rsi)
	movb	$0, THREAD_QUEUED(%rax)
	.endm
