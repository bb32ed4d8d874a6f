/* SPDX-License-Identifier: BSD-2-Clause */
/* The steps of the fast path of IPC: fast.S calls, fast_reply.S replies. */
#pragma once

#include "arch_offsets.h"
#include "carry.h"
#include "entry.h"
#include "personalities/l4/l4_offsets.h"
#include "personalities/l4/switch.h"
#include "queue_steps.h"
#include <l4/ipc.h>

/* The capability %r11 leads to a receiver that waits: %rax = the endpoint, %rcx = the receiver. */
	.macro find_receiver otherwise
	mov	CAP_OBJECT(%r11), %rax
	mov	ENDPOINT_WAITING(%rax), %rcx
	cmpb	$0, THREAD_SUSPENDED(%rcx)
	jne	\otherwise
	.endm

/* Nothing waits at the endpoint that %r11 is to be, and a caller waits for the reply: %rcx. */
	.macro find_caller otherwise
	mov	%r11, L4_THROUGH(%rsp)
	mov	CAP_OBJECT(%r11), %r11
	cmpq	$l4_nobody, ENDPOINT_WAITING(%r11)
	jne	\otherwise
	mov	L4_CALLER(%rsp), %rcx
	cmpb	$0, THREAD_SUSPENDED(%rcx)
	jne	\otherwise
	.endm

/* ---- COMMIT: %rcx gets the message, and this thread's priority and time; this thread waits for the reply ---- */
	.macro commit_call
	movq	$l4_nobody, ENDPOINT_WAITING(%rax)
	mov	%rsp, L4_CALLER(%rcx)
	mov	%rcx, L4_SERVER(%rsp)
	queue_leave
	hand_time
	queue_enter
	.endm

/* ---- COMMIT: %rcx gets the reply; this thread waits at the endpoint, alone ---- */
	.macro commit_reply_wait
	mov	%rsp, ENDPOINT_WAITING(%r11)
	mov	%r11, L4_ENDPOINT(%rsp)
	movb	$STATE_WAIT_RECEIVE, THREAD_STATE(%rsp)
	movb	$STATE_RUNNABLE, THREAD_STATE(%rcx)
	queue_leave
	queue_enter
	.endm

/*
 * The words in this thread's UTCB go to its partner's, both of which are there; %gs:CPU_CURRENT is the partner already.  A word an
 * instruction; all but %r11 is kept or scratch.
 */
	.macro copy_words
	mov	%rsi, %rax
	mov	%rdi, %rdx
	mov	L4_UTCB(%rsp), %rsi
	mov	L4_UTCB(%rcx), %rdi
	movzwl	FRAME_RAX + IPC_TAG / 8(%rsp), %ecx
	rep movsq
	mov	%gs:CPU_CURRENT, %rcx
	mov	%rdx, %rdi
	mov	%rax, %rsi
	.endm

/* Both threads have a UTCB. */
	.macro utcbs_or otherwise
	cmpq	$0, L4_UTCB(%rsp)
	je	\otherwise
	cmpq	$0, L4_UTCB(%rcx)
	je	\otherwise
	.endm
