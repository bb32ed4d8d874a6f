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
	save_message %rsp, rdx
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
