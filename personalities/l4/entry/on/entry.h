/* SPDX-License-Identifier: BSD-2-Clause */
/* The fast entry: rip, rflags and rsp are saved, and nothing else; whom the fast path leaves to has its registers in the registers. */
#pragma once

#include "personalities/l4/switch.h"
#include <l4/ipc.h>

	.macro enter
	.endm

/* The ordinary path does the call, which is in %rax. */
	.macro decline
	jmp	syscall_full
	.endm

	.macro decline_unless condition
	jn\condition	syscall_full
	.endm

	.macro decline_as number
	mov	$\number, %eax
	jmp	syscall_full
	.endm

/* All registers that are not yet in this thread's frame, before another's come, and OK. */
	.macro save_rest
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
	.endm

/* Back to this thread, which has OK in %rax. */
	.macro leave_as_self
	mov	FRAME_RIP(%rsp), %rcx
	mov	FRAME_RFLAGS(%rsp), %r11
	mov	FRAME_RSP(%rsp), %rsp
	swapgs
	sysretq
	.endm

/* Into user level as %rcx, with the user's GS bases exchanged on the way. */
	.macro leave_with_ok
	leave_as_partner_begin
	xor	%eax, %eax		/* OK */
	leave_as_partner_end
	.endm

/* The same with the tag of this thread's message. */
	.macro leave_with_tag
	leave_as_partner_begin
	mov	FRAME_RAX(%rsp), %rax
	shr	$IPC_TAG, %rax
	shl	$IPC_TAG, %rax		/* and OK */
	leave_as_partner_end
	.endm
