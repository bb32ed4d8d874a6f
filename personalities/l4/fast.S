/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPC, the fast path: a call to a server that waits (and, in reply/on/fast_reply.S, a reply to a caller that waits), without deadlines.  It does what ipc.c
 * does, and nothing else: before the line marked COMMIT nothing has been changed that anybody sees and anything unusual declines; behind it nothing can fail.
 *
 *   %rsp   the current thread       %rcx   the partner       %r11   the capability, or the endpoint       %rax, %rdx   scratch
 *
 * All other registers are the message.  docs/l4/ipc.md accounts for each instruction.
 */
#include "personalities/l4/fast.h"
#include <l4/calls.h>
#include <l4/ipc.h>

#define FAST_CALLS	(1 << CALL_YIELD | 1 << CALL_NOTIFICATION_SIGNAL | 1 << CALL_NOTIFICATION_WAIT)

	.section .entry.text.fast, "ax"
	.globl	personality_syscall_fast
	.type	personality_syscall_fast, @function
personality_syscall_fast:
	enter
	cmp	$CALL_IPC_CALL, %rax
	jne	is_it_reply_wait

	lookup	ENDPOINT_SENDS, RIGHT_TO_SEND, decline_call
	find_receiver decline_call
	commit_call
	switch_to_partner
	carry
	mov	CAP_BADGE(%r11), %rdx
	leave_with_ok

	.globl	is_it_other
is_it_other:
	cmp	L4_NULL_LIMIT(%rsp), %rax
	jae	with_words
	leave_as_self

decline_call:
	decline_as CALL_IPC_CALL

/*
 * The same two operations with words in the UTCB, and neither deadlines nor items.  The frame keeps %rax, whose tag the receiver gets.
 */
with_words:
	cmp	L4_PLAIN_LIMIT(%rsp), %rax
	jb	other_call
	mov	%rax, %rcx
	shr	$IPC_TAG, %rcx
	jz	foreign_call		/* by whom that limit is 0 */
	cmp	$IPC_UTCB_WORDS, %ecx
	ja	reply_with_item
	mov	%rax, FRAME_RAX(%rsp)
	shl	$(64 - IPC_TAG), %rax
	cmp	$(CALL_IPC_CALL << (64 - IPC_TAG)), %rax
	jne	reply_with_words

	lookup	ENDPOINT_SENDS, RIGHT_TO_SEND, decline_words, decline_words
	find_receiver decline_words
	utcbs_or decline_words
	commit_call
	switch_to_partner
	carry
	copy_words
	mov	CAP_BADGE(%r11), %rdx
	leave_with_tag

/*
 * Neither IPC nor foreign.  What is not one of these calls is to be told quickly; the number counts modulo 64, so that it is asked again below.
 */
other_call:
	mov	$FAST_CALLS, %rcx
	bt	%rax, %rcx
	decline_unless c

/* The first of the current thread's level runs in its place, if it is on the same account; this thread is the last of the level. */
	cmp	$CALL_YIELD, %rax
	jne	is_it_notification
	movzbl	THREAD_PRIORITY(%rsp), %ecx
	queue_second
	test	%rax, %rax
	jz	nobody_else
	mov	THREAD_ACCOUNT(%rsp), %r11d
	cmp	THREAD_ACCOUNT(%rax), %r11d
	jne	decline_yield
	cmpq	$l4_nobody, endpoint_nobody	/* else the processor lacks what the switch uses */
	jne	decline_yield

	/* ---- COMMIT ---- */
	save_rest
	movb	$1, slice_fresh
	queue_turn
	mov	%rax, %rcx
	switch_to_partner
	leave_by_frame			/* its registers may be anybody's, an interrupted thread's too */

nobody_else:
	leave_as_self

decline_yield:
	decline_as CALL_YIELD

	.globl	decline_words
decline_words:
	mov	FRAME_RAX(%rsp), %rax
	.globl	decline_slot
decline_slot:
	cmpq	$0, L4_SLOT_LIMIT(%rsp)
	je	foreign_call
	decline
	.size	personality_syscall_fast, . - personality_syscall_fast

	.section .note.GNU-stack, "", @progbits
