/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notifications, the fast path: a signal to a thread that waits and goes before this one, which gets the bits at once; a wait that finds no bits and goes back to
 * who is alone on its level, usually the thread that signalled; and a signal that adds to bits which nobody has taken.  It does what notification.c, source.c and
 * schedule.c do, and nothing else: before the lines marked COMMIT nothing has been changed that anybody sees, behind them nothing can fail.  A processor that lacks
 * what the switch uses never has a notification at which a thread waits alone, or nobody (endpoint_nobody); adding bits needs nothing of it.
 *
 *   %rsp   the current thread       %rax   the notification       %rcx   the partner       %rdi, %rsi   slot, and bits or timeout
 *
 * docs/l4/faults.md accounts for the instructions.
 */
#include "arch_offsets.h"
#include "arch_save.h"
#include "personalities/l4/l4_offsets.h"
#include "personalities/l4/ready_first.h"
#include "personalities/l4/switch.h"
#include <l4/calls.h>

/* Nobody is ready any more on level %rdx, which is in word %rsi of the levels; %rcx was, alone. */
	.macro ready_none_of_level
	movb	$0, THREAD_QUEUED(%rcx)
	movq	$0, %gs:CPU_READY(,%rdx,8)
	btr	%rdx, %gs:CPU_READY_LEVELS
	cmpq	$0, %gs:CPU_READY_LEVELS(,%rsi,8)
	jne	1f
	btr	%rsi, %gs:CPU_READY_SUMMARY
1:
	.endm

	.section .entry.text, "ax"
	.globl	is_it_notification
	.type	is_it_notification, @function
	.balign	64
is_it_notification:
	cmp	$CALL_NOTIFICATION_WAIT, %rax
	je	notification_wait
	cmp	$CALL_NOTIFICATION_SIGNAL, %rax
	jne	syscall_full			/* some other call, or an IPC with deadlines */

	lookup	NOTIFICATION_SENDS, RIGHT_TO_SEND, decline_signal, decline_signal, rdi, edi
	mov	CAP_OBJECT(%r11), %rax
	mov	CAP_BADGE(%r11), %r11		/* which bits it is for; 0: all */
	cmp	$1, %r11
	sbb	%rcx, %rcx
	or	%rcx, %r11
	and	%rsi, %r11
	cmpb	$0, NOTIFICATION_PENDING(%rax)
	jne	add_bits
	or	NOTIFICATION_BITS(%rax), %r11	/* all that are set then */
	jz	decline_signal
	cmp	%rax, NOTIFICATION_ENDPOINT(%rax)
	jne	decline_signal			/* bound to another endpoint, or to none */
	mov	ENDPOINT_WAITING(%rax), %rcx
	cmpb	$0, THREAD_SUSPENDED(%rcx)
	jne	decline_signal
	cmpq	$l4_nobody, L4_CALLER(%rcx)
	jne	decline_signal
	save_call
	mov	L4_OWN_ACCOUNT(%rcx), %edx
	cmp	THREAD_ACCOUNT(%rsp), %edx
	jne	decline_signal_saved
	movzbl	THREAD_PRIORITY(%rsp), %edx
	cmp	%dl, L4_OWN_PRIORITY(%rcx)
	jbe	decline_signal_saved

	/* ---- COMMIT: %rcx gets the bits and runs on its own priority; this thread is ready ---- */
	movq	$l4_nobody, ENDPOINT_WAITING(%rax)
	movq	$0, NOTIFICATION_BITS(%rax)
	mov	%r11, FRAME_ARG0(%rcx)
	movq	$0, FRAME_RAX(%rcx)		/* OK */
	movq	$0, FRAME_RAX(%rsp)
	mov	THREAD_STATE(%rsp), %rsi	/* runnable, not queued, on the same account */
	mov	%rsi, THREAD_STATE(%rcx)
	mov	L4_OWN_PRIORITY(%rcx), %sil
	mov	%sil, THREAD_PRIORITY(%rcx)
	movb	$1, THREAD_QUEUED(%rsp)
	ready_first rsp, rsi, rdi
	switch_to_partner
	leave_by_frame

	/* ---- COMMIT: nobody has taken the bits that were set before ---- */
add_bits:
	or	%r11, NOTIFICATION_BITS(%rax)
	xor	%eax, %eax			/* OK */
	jmp	syscall_exit_fast

decline_signal:
	mov	$CALL_NOTIFICATION_SIGNAL, %eax
	jmp	syscall_full

decline_signal_saved:
	movq	$CALL_NOTIFICATION_SIGNAL, FRAME_RAX(%rsp)
	jmp	syscall_full_saved

notification_wait:
	save_call
	lookup	NOTIFICATION_RECEIVES, RIGHT_TO_RECEIVE, syscall_full_saved, syscall_full_saved, rdi, edi
	test	%rsi, %rsi			/* IPC_NEVER */
	jnz	syscall_full_saved
	mov	CAP_OBJECT(%r11), %rax
	cmp	%rax, NOTIFICATION_ENDPOINT(%rax)
	jne	syscall_full_saved
	cmpq	$l4_nobody, ENDPOINT_WAITING(%rax)
	jne	syscall_full_saved		/* there are bits, or somebody waits */
	bsr	%gs:CPU_READY_SUMMARY, %rsi	/* the word and the bit of the highest level */
	jz	syscall_full_saved
	bsr	%gs:CPU_READY_LEVELS(,%rsi,8), %rdx
	mov	%esi, %ecx
	shl	$LEVEL_WORD_SHIFT, %ecx
	or	%ecx, %edx
	mov	%gs:CPU_READY(,%rdx,8), %rcx
	cmp	THREAD_READY_NEXT(%rcx), %rcx
	jne	syscall_full_saved		/* it is not alone: its slice is to be measured */
	mov	THREAD_ACCOUNT(%rcx), %edi
	cmp	THREAD_ACCOUNT(%rsp), %edi
	jne	syscall_full_saved

	/* ---- COMMIT: this thread waits, alone; %rcx goes on ---- */
	mov	%rsp, ENDPOINT_WAITING(%rax)
	mov	%rax, L4_ENDPOINT(%rsp)
	mov	%r11, L4_THROUGH(%rsp)
	movb	$STATE_WAIT_BITS, THREAD_STATE(%rsp)
	ready_none_of_level
	switch_to_partner
	leave_by_frame
	.size	is_it_notification, . - is_it_notification

	.section .note.GNU-stack, "", @progbits
