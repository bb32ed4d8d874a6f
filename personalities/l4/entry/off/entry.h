/* SPDX-License-Identifier: BSD-2-Clause */
/* Without the fast entry: each call saves all registers before it is looked at, and whoever goes on gets all of them from its frame. */
#pragma once

#include "arch_save.h"
#include "personalities/l4/switch.h"
#include <l4/ipc.h>

	.macro enter
	save_call
	.endm

	.macro decline
	jmp	syscall_full_saved
	.endm

	.macro decline_unless condition
	jn\condition	syscall_full_saved
	.endm

	.macro decline_as number
	jmp	syscall_full_saved
	.endm

	.macro save_rest
	movq	$0, FRAME_RAX(%rsp)		/* OK */
	.endm

	.macro leave_as_self
	movq	$0, FRAME_RAX(%rsp)		/* OK */
	mov	%gs:CPU_STACK, %rsp
	jmp	trap_exit
	.endm

/* The message comes into %rcx's frame. */
	.macro frame_message
	save_message %rcx, rdx
	movq	$FRAME_OF_CALL, FRAME_VALID(%rcx)
	.endm

	.macro leave_with_ok
	frame_message
	movq	$0, FRAME_RAX(%rcx)		/* OK */
	leave_by_frame
	.endm

	.macro leave_with_tag
	frame_message
	mov	FRAME_RAX(%rsp), %rax
	shr	$IPC_TAG, %rax
	shl	$IPC_TAG, %rax			/* and OK */
	mov	%rax, FRAME_RAX(%rcx)
	leave_by_frame
	.endm
