/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the fast paths do to the ready structure, in which all ready threads are: who waits leaves it at once, who is woken comes into it.  The current
 * thread is the first of its level.  To leave and to enter takes %rax and %rdx.
 */
#pragma once

#include "personalities/l4/ready_first.h"

/* The current thread is taken out. */
	.macro queue_leave
	movb	$0, THREAD_QUEUED(%rsp)
	mov	THREAD_READY_NEXT(%rsp), %rax
	cmp	%rsp, %rax
	je	1f
	mov	THREAD_READY_PREV(%rsp), %rdx
	mov	%rdx, THREAD_READY_PREV(%rax)
	mov	%rax, THREAD_READY_NEXT(%rdx)
	movzbl	THREAD_PRIORITY(%rsp), %edx
	mov	%rax, %gs:CPU_READY(,%rdx,8)
	jmp	2f
1:	movzbl	THREAD_PRIORITY(%rsp), %edx
	movq	$0, %gs:CPU_READY(,%rdx,8)
	btr	%rdx, %gs:CPU_READY_LEVELS
	shr	$LEVEL_WORD_SHIFT, %edx
	cmpq	$0, %gs:CPU_READY_LEVELS(,%rdx,8)
	jne	2f
	btr	%rdx, %gs:CPU_READY_SUMMARY
2:
	.endm

/* %rcx is the first of its level. */
	.macro queue_enter
	movb	$1, THREAD_QUEUED(%rcx)
	movzbl	THREAD_PRIORITY(%rcx), %edx
	ready_first rcx, rax, rdx
	.endm

/* %rax = whose turn it is behind the current thread on its level, %rcx; 0: nobody's.  %r11 is lost. */
	.macro queue_second
	mov	THREAD_READY_NEXT(%rsp), %rax
	xor	%r11d, %r11d
	cmp	%rsp, %rax
	cmove	%r11, %rax
	.endm

/* %rax is the first, and so this thread the last. */
	.macro queue_turn
	mov	%rax, %gs:CPU_READY(,%rcx,8)
	.endm
