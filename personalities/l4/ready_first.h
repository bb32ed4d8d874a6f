/* SPDX-License-Identifier: BSD-2-Clause */
/* Into the ready structure, for the fast paths that put somebody there. */
#pragma once

/* \thread is the first of those that are ready on level %rdx; \first, \last and %rdx, which may be \last, are lost. */
	.macro ready_first thread, first, last
	mov	%gs:CPU_READY(,%rdx,8), %\first
	mov	%\thread, %gs:CPU_READY(,%rdx,8)
	test	%\first, %\first
	jz	1f
	mov	THREAD_READY_PREV(%\first), %\last
	mov	%\first, THREAD_READY_NEXT(%\thread)
	mov	%\last, THREAD_READY_PREV(%\thread)
	mov	%\thread, THREAD_READY_PREV(%\first)
	mov	%\thread, THREAD_READY_NEXT(%\last)
	jmp	2f
1:	mov	%\thread, THREAD_READY_NEXT(%\thread)
	mov	%\thread, THREAD_READY_PREV(%\thread)
	bts	%rdx, %gs:CPU_READY_LEVELS
	shr	$LEVEL_WORD_SHIFT, %edx
	bts	%rdx, %gs:CPU_READY_SUMMARY
2:
	.endm
