/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Faults, the fast path: the call that the kernel makes for a thread, to a pager or handler that waits; its answer is in fault_reply.S.  It does what
 * fault.c does, and nothing else: before the lines marked COMMIT nothing has been changed that anybody sees.  docs/l4/faults.md accounts for each instruction.
 *
 *   %rsp   the current thread, its registers saved       %rcx   the partner       %r11   of a reply: the endpoint       %rax, %rdx   scratch
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

#define PAGE_FAULT_VECTOR	14
#define ERROR_WRITE		2
#define ERROR_RESERVED		8
#define ERROR_FETCH		16

/* The thread's own slot HOLD leads to a receiver that waits: %rax = the endpoint, %rcx = the receiver. */
	.macro find_handler hold, otherwise
	testb	$RIGHT_TO_SEND, \hold + CAP_TYPE(%rsp)
	jz	\otherwise
	mov	\hold + CAP_OBJECT(%rsp), %rax
	mov	ENDPOINT_WAITING(%rax), %rcx
	cmpb	$0, THREAD_SUSPENDED(%rcx)
	jne	\otherwise
	.endm

/* ---- COMMIT: %rcx gets the message; this thread waits for the answer ---- */
	.macro commit_fault kind
	movq	$l4_nobody, ENDPOINT_WAITING(%rax)
	movq	$l4_look, L4_CALLER(%rcx)
	mov	%rsp, L4_OTHER_CALLER(%rcx)
	mov	%rcx, L4_SERVER(%rsp)
	movb	$\kind, L4_FAULT(%rsp)
	queue_leave
	hand_time
	queue_enter
	.endm

	.macro leave_with_message hold
	mov	\hold + CAP_BADGE(%rsp), %rdx
	leave_as_partner_end
	.endm

	.section .entry.text, "ax"
	.globl	personality_exception_fast
	.type	personality_exception_fast, @function
	.balign	64
personality_exception_fast:
	testb	$3, 24(%rsp)
	jz	trap_entry
	swapgs
	sub	$8, %rsp
	save_general
	cmpl	$PAGE_FAULT_VECTOR, FRAME_VECTOR(%rsp)
	je	page_fault

	find_handler L4_HANDLER, trap_entry_saved
	commit_fault IPC_EXCEPTION
	switch_to_partner
	leave_as_partner_begin
	xor	%eax, %eax
	mov	L4_UTCB(%rcx), %rdi
	test	%rdi, %rdi
	jz	exception_words

	/* struct registers: the frame has the first fifteen as they are to be. */
	mov	%rcx, %rdx
	lea	FRAME_R15(%rsp), %rsi
	mov	$15, %ecx
	cld
	rep movsq
	mov	%rdx, %rcx
	mov	FRAME_RIP(%rsp), %rax
	mov	%rax, (%rdi)
	mov	FRAME_RFLAGS(%rsp), %rax
	mov	%rax, 8(%rdi)
	mov	FRAME_RSP(%rsp), %rax
	mov	%rax, 16(%rdi)
	mov	THREAD_FS_BASE(%rsp), %rax
	mov	%rax, 24(%rdi)
	mov	THREAD_GS_BASE(%rsp), %rax
	mov	%rax, 32(%rdi)
	mov	$EXCEPTION_REGISTERS, %eax

exception_words:
	shl	$IPC_TAG, %rax
	bts	$IPC_KIND + 1, %rax		/* IPC_EXCEPTION */
	mov	FRAME_VECTOR(%rsp), %rdi
	mov	FRAME_ERROR(%rsp), %rsi
	xor	%r10d, %r10d
	mov	FRAME_RIP(%rsp), %r8
	mov	FRAME_RFLAGS(%rsp), %r9
	mov	FRAME_RSP(%rsp), %rbx
	xor	%ebp, %ebp
	xor	%r12d, %r12d
	xor	%r13d, %r13d
	xor	%r14d, %r14d
	xor	%r15d, %r15d
	leave_with_message L4_HANDLER

page_fault:
	mov	%cr2, %rdi
	mov	FRAME_ERROR(%rsp), %r8
	mov	%rdi, FRAME_FAULT_ADDRESS(%rsp)
	test	$ERROR_RESERVED, %r8b
	jnz	trap_entry_saved
	find_handler L4_PAGER, trap_entry_saved
	commit_fault IPC_PAGE_FAULT
	switch_to_partner
	leave_as_partner_begin
	mov	FRAME_RIP(%rsp), %rsi
	mov	$4, %r10d			/* RIGHT_EXECUTE */
	test	$ERROR_FETCH, %r8b
	jnz	1f
	mov	%r8d, %r10d
	and	$ERROR_WRITE, %r10d		/* RIGHT_WRITE */
	jnz	1f
	mov	$1, %r10d			/* RIGHT_READ */
1:	mov	FRAME_RFLAGS(%rsp), %r9
	mov	FRAME_RSP(%rsp), %rbx
	xor	%ebp, %ebp
	xor	%r12d, %r12d
	xor	%r13d, %r13d
	xor	%r14d, %r14d
	xor	%r15d, %r15d
	movabs	$(IPC_PAGE_FAULT << IPC_KIND), %rax
	leave_with_message L4_PAGER

/* From the fast path of IPC: the `syscall` of a foreign thread; %rcx and %r11 are free. */
	.globl	foreign_call
foreign_call:
	save_call
	find_handler L4_HANDLER, foreign_full_saved
	mov	%rdx, %rbp
	commit_fault IPC_FOREIGN_CALL
	switch_to_partner
	leave_as_partner_begin
	mov	FRAME_RAX(%rsp), %rbx
	mov	FRAME_RIP(%rsp), %r12
	mov	FRAME_RSP(%rsp), %r13
	mov	FRAME_RFLAGS(%rsp), %r14
	xor	%r15d, %r15d
	movabs	$(IPC_FOREIGN_CALL << IPC_KIND), %rax
	leave_with_message L4_HANDLER
	.size	personality_exception_fast, . - personality_exception_fast

	.section .note.GNU-stack, "", @progbits
