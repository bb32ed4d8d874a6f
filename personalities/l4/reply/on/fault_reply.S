/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Faults, the fast path: the answer to a message of fault.S.  It does what fault.c does, and nothing else: before the line marked COMMIT nothing has been changed
 * that anybody sees.  docs/l4/faults.md accounts for each instruction.
 *
 *   %rsp   the current thread       %rcx   who asked       %r11   the endpoint       %rax, %rdx   scratch
 */
#include "arch_offsets.h"
#include "arch_save.h"
#include "personalities/l4/l4_offsets.h"
#include "personalities/l4/switch.h"
#include "queue_steps.h"
#include <l4/calls.h>
#include <l4/fault.h>
#include <l4/ipc.h>
#include <janus/layout.h>

#define ONE_ITEM		IPC_TAG_OF(0, 1, 0)

/* This thread runs on the time of %rcx, which it has not lost meanwhile. */
	.macro same_time otherwise
	mov	THREAD_ACCOUNT(%rcx), %eax
	cmp	%eax, THREAD_ACCOUNT(%rsp)
	jne	\otherwise
	.endm

	.section .entry.text, "ax"

/*
 * From the fast path of IPC: a reply that waits at the endpoint %r11, where something waits, or to a caller that is not there at a glance.
 * What it may be: a thread with an exception, a foreign call or a page fault of its own; the answer resumes it, sets rax, or sets where it goes on, perhaps on
 * another stack.  What else a page fault is answered with is a mapping, below.
 */
	.globl	fault_reply
	.type	fault_reply, @function
fault_reply:
	cmpq	$l4_nobody, ENDPOINT_WAITING(%r11)
	jne	decline_reply_wait
	cmpq	$l4_look, L4_CALLER(%rsp)
	jne	decline_reply_wait
	mov	L4_OTHER_CALLER(%rsp), %rcx
	test	%rcx, %rcx
	jz	decline_reply_wait
	cmpb	$0, THREAD_SUSPENDED(%rcx)
	jne	decline_reply_wait
	cmpb	$IPC_PAGE_FAULT, L4_FAULT(%rcx)
	jbe	is_it_own_fault
caller_found:
	same_time decline_reply_wait
	test	%rdi, %rdi
	jz	resume
	cmp	$ANSWER_RAX, %rdi
	jne	is_it_ip
	mov	%rsi, FRAME_RAX(%rcx)

	/* ---- COMMIT: %rcx goes on; this thread waits at the endpoint, alone ---- */
resume:
	mov	%rsp, ENDPOINT_WAITING(%r11)
	mov	%r11, L4_ENDPOINT(%rsp)
	movq	$l4_nobody, L4_CALLER(%rsp)
	movb	$STATE_WAIT_RECEIVE, THREAD_STATE(%rsp)
	movb	$STATE_RUNNABLE, THREAD_STATE(%rcx)
	movb	$0, L4_FAULT(%rcx)
	queue_leave
	queue_enter
	switch_to_partner
	leave_by_frame

/*
 * From the fast path of IPC: a tag of more than words, in %ecx; it may be the usual answer to a page fault, one item that maps one page.  The
 * mapping is C's.
 */
	.globl	reply_with_item
reply_with_item:
	cmpq	$0, L4_SLOT_LIMIT(%rsp)
	je	foreign_call
	cmp	$ONE_ITEM, %ecx
	jne	syscall_full
	mov	%rax, %rcx
	shl	$(64 - IPC_TAG), %rcx
	cmp	$(CALL_IPC_REPLY_WAIT << (64 - IPC_TAG)), %rcx
	jne	syscall_full
	test	%rdi, %rdi
	jnz	syscall_full
	save_call
	lookup	ENDPOINT_RECEIVES, RIGHT_TO_RECEIVE, syscall_full_saved, syscall_full_saved
	mov	%r11, L4_THROUGH(%rsp)
	mov	CAP_OBJECT(%r11), %rbx
	cmpq	$l4_nobody, ENDPOINT_WAITING(%rbx)
	jne	syscall_full_saved
	cmpq	$l4_look, L4_CALLER(%rsp)
	jne	syscall_full_saved
	mov	L4_OTHER_CALLER(%rsp), %rcx
	test	%rcx, %rcx
	jz	syscall_full_saved
	cmpb	$0, THREAD_SUSPENDED(%rcx)
	jne	syscall_full_saved
	cmpb	$0, L4_FAULT(%rcx)
	je	syscall_full_saved
	cmpq	$0, L4_FAULTED(%rcx)		/* waits for a page of a transfer, perhaps with a deadline */
	jne	syscall_full_saved
	cmpq	$0, L4_UTCB(%rsp)
	je	syscall_full_saved
	same_time syscall_full_saved
	mov	%rsp, %rdi
	mov	%rcx, %rsi
	mov	%rcx, %rbp
	mov	%gs:CPU_STACK, %rsp
	call	item_map_page
	mov	%gs:CPU_CURRENT, %rsp
	test	%al, %al
	jz	syscall_full_saved
	mov	%rbp, %rcx
	mov	%rbx, %r11
	jmp	resume

is_it_own_fault:
	jne	decline_reply_wait		/* 0: it has a deadline */
	cmpq	$0, L4_FAULTED(%rcx)
	je	caller_found
	jmp	decline_reply_wait

is_it_ip:
	cmp	$ANSWER_IP, %rdi
	jne	is_it_place
	movabs	$ANSWER_IP_END, %rax
	cmp	%rax, %r8
	jae	decline_reply_wait
	mov	%r8, FRAME_RIP(%rcx)
	movq	$FRAME_GENERAL, FRAME_VALID(%rcx)
	jmp	resume

	/* Of rax, ip and sp any; ip is looked at in any case. */
is_it_place:
	test	$~(ANSWER_RAX | ANSWER_IP | ANSWER_SP), %rdi
	jnz	decline_reply_wait
	movabs	$ANSWER_IP_END, %rax
	cmp	%rax, %r8
	jae	decline_reply_wait
	test	$ANSWER_IP, %edi
	jz	1f
	mov	%r8, FRAME_RIP(%rcx)
1:	test	$ANSWER_SP, %edi
	jz	1f
	mov	%rbx, FRAME_RSP(%rcx)
1:	movq	$FRAME_GENERAL, FRAME_VALID(%rcx)
	test	$ANSWER_RAX, %edi
	jz	resume
	mov	%rsi, FRAME_RAX(%rcx)
	jmp	resume
	.size	fault_reply, . - fault_reply

	.section .note.GNU-stack, "", @progbits
