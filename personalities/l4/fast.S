/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * IPC, the fast path: a call to a server that waits, a reply to a caller that waits, without deadlines.  It does what ipc.c does,
 * and nothing else: before the line marked COMMIT nothing has been changed that anybody sees and anything unusual goes to syscall_full; behind it nothing can fail.
 *
 *   %rsp   the current thread       %rcx   the partner       %r11   the capability, or the endpoint       %rax, %rdx   scratch
 *
 * All other registers are the message.  docs/l4/ipc.md accounts for each instruction.
 */
#include "arch_offsets.h"
#include "personalities/l4/l4_offsets.h"
#include "personalities/l4/switch.h"
#include <l4/calls.h>
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
	hand_time
	.endm

/* ---- COMMIT: %rcx gets the reply; this thread waits at the endpoint, alone ---- */
	.macro commit_reply_wait
	mov	%rsp, ENDPOINT_WAITING(%r11)
	mov	%r11, L4_ENDPOINT(%rsp)
	movb	$STATE_WAIT_RECEIVE, THREAD_STATE(%rsp)
	movb	$STATE_RUNNABLE, THREAD_STATE(%rcx)
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

	.section .entry.text.fast, "ax"
	.globl	personality_syscall_fast
	.type	personality_syscall_fast, @function
personality_syscall_fast:
	cmp	$CALL_IPC_CALL, %rax
	jne	is_it_reply_wait

	lookup	ENDPOINT_SENDS, RIGHT_TO_SEND, decline_call
	find_receiver decline_call
	commit_call
	switch_to_partner
	mov	CAP_BADGE(%r11), %rdx
	leave_as_partner

is_it_reply_wait:
	cmp	$CALL_IPC_REPLY_WAIT, %rax
	jne	other

	lookup	ENDPOINT_RECEIVES, RIGHT_TO_RECEIVE, decline_reply_wait
	find_caller fault_reply
	commit_reply_wait
	switch_to_partner
	xor	%edx, %edx
	leave_as_partner

other:
	cmp	L4_NULL_LIMIT(%rsp), %rax
	jae	with_words
	mov	FRAME_RIP(%rsp), %rcx
	mov	FRAME_RFLAGS(%rsp), %r11
	mov	FRAME_RSP(%rsp), %rsp
	swapgs
	sysretq

decline_call:
	mov	$CALL_IPC_CALL, %eax
	jmp	syscall_full

	.globl	decline_reply_wait
decline_reply_wait:
	mov	$CALL_IPC_REPLY_WAIT, %eax
	jmp	syscall_full

/*
 * The same two operations with words in the UTCB, and neither deadlines nor items.  The frame keeps %rax, whose tag the receiver gets.
 */
with_words:
	cmp	L4_PLAIN_LIMIT(%rsp), %rax
	jb	is_it_yield
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
	copy_words
	mov	CAP_BADGE(%r11), %rdx
	jmp	leave_with_words

reply_with_words:
	cmp	$(CALL_IPC_REPLY_WAIT << (64 - IPC_TAG)), %rax
	jne	decline_words

	lookup	ENDPOINT_RECEIVES, RIGHT_TO_RECEIVE, decline_words, decline_words
	find_caller decline_words
	utcbs_or decline_words
	commit_reply_wait
	switch_to_partner
	copy_words
	xor	%edx, %edx

leave_with_words:
	leave_as_partner_begin
	mov	FRAME_RAX(%rsp), %rax
	shr	$IPC_TAG, %rax
	shl	$IPC_TAG, %rax		/* and OK */
	leave_as_partner_end

/* The first of the current thread's level runs in its place, if it is on the same account; this thread is the last of the level. */
is_it_yield:
	cmp	$CALL_YIELD, %rax
	jne	is_it_notification	/* or some other call, or one with deadlines */
	movzbl	THREAD_PRIORITY(%rsp), %ecx
	mov	%gs:CPU_READY(,%rcx,8), %rax
	test	%rax, %rax
	jz	nobody_else
	mov	THREAD_ACCOUNT(%rsp), %r11d
	cmp	THREAD_ACCOUNT(%rax), %r11d
	jne	decline_yield
	cmpq	$l4_nobody, endpoint_nobody	/* else the processor lacks what the switch uses */
	jne	decline_yield

	/* ---- COMMIT ---- */
	mov	%r15, FRAME_R15(%rsp)
	mov	%r14, FRAME_R15 + 8(%rsp)
	mov	%r13, FRAME_R15 + 16(%rsp)
	mov	%r12, FRAME_R15 + 24(%rsp)
	mov	%rbp, FRAME_R15 + 32(%rsp)
	mov	%rbx, FRAME_R15 + 40(%rsp)
	mov	%rdi, FRAME_ARG0(%rsp)
	mov	%rsi, FRAME_ARG0 + 8(%rsp)
	mov	%rdx, FRAME_ARG0 + 16(%rsp)
	mov	%r10, FRAME_ARG0 + 24(%rsp)
	mov	%r8, FRAME_ARG0 + 32(%rsp)
	mov	%r9, FRAME_ARG0 + 40(%rsp)
	movq	$0, FRAME_RAX(%rsp)		/* OK */
	movq	$FRAME_OF_CALL, FRAME_VALID(%rsp)

	movb	$1, slice_fresh
	mov	%rsp, %rsi			/* this thread comes in the circle where the other was */
	mov	THREAD_READY_NEXT(%rax), %rdi
	mov	THREAD_READY_PREV(%rax), %rdx
	cmp	%rax, %rdi
	cmove	%rsi, %rdi
	cmove	%rsi, %rdx
	mov	%rdi, THREAD_READY_NEXT(%rsi)
	mov	%rdx, THREAD_READY_PREV(%rsi)
	mov	%rsi, THREAD_READY_PREV(%rdi)
	mov	%rsi, THREAD_READY_NEXT(%rdx)
	mov	%rdi, %gs:CPU_READY(,%rcx,8)	/* and the one behind is the first */
	movb	$1, THREAD_QUEUED(%rsi)
	movb	$0, THREAD_QUEUED(%rax)

	mov	%rax, %rcx
	switch_to_partner
	swapgs
	rdgsbase %rax
	mov	%rax, THREAD_GS_BASE(%rsp)
	mov	THREAD_GS_BASE(%rcx), %rax
	wrgsbase %rax
	swapgs
	mov	%gs:CPU_STACK, %rsp
	jmp	trap_exit			/* its registers may be anybody's, an interrupted thread's too */

nobody_else:
	mov	FRAME_RIP(%rsp), %rcx
	mov	FRAME_RFLAGS(%rsp), %r11
	mov	FRAME_RSP(%rsp), %rsp
	swapgs
	sysretq

decline_yield:
	mov	$CALL_YIELD, %eax
	jmp	syscall_full

decline_words:
	mov	FRAME_RAX(%rsp), %rax
decline_slot:
	cmpq	$0, L4_SLOT_LIMIT(%rsp)
	je	foreign_call
	jmp	syscall_full
	.size	personality_syscall_fast, . - personality_syscall_fast

	.section .note.GNU-stack, "", @progbits
