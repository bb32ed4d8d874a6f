/* SPDX-License-Identifier: BSD-2-Clause */
/* What the fast paths of IPC and of faults share: from the current thread, %rsp, to its partner, %rcx.  %rax and %rdx are lost. */
#pragma once

#include "arch_offsets.h"
#include "personalities/l4/l4_offsets.h"

/* %r11 = the capability in slot %rdx, or \slot, if it is of this kind with this right; %rcx is lost.  Before the first jump %rax is as it was. */
	.macro lookup right_and_kind, right, otherwise, no_slot=decline_slot, slot=rdx, low=edx
	cmp	L4_SLOT_LIMIT(%rsp), %\slot
	jae	\no_slot
	mov	THREAD_SPACE(%rsp), %rax
	mov	%\low, %ecx
	shr	$CAP_SLOT_SHIFT, %ecx
	imul	$64, %\low, %r11d
	and	$CAP_SLOT_MASK, %r11d
	add	SPACE_CAPS(%rax,%rcx,8), %r11
	mov	CAP_TYPE(%r11), %eax
	and	$(CAP_KIND_MASK | \right), %eax
	cmp	$\right_and_kind, %eax
	jne	\otherwise
	.endm

/* The registers of a message are in \frame then; with `rdx' that one, too, which is the badge's. */
	.macro save_message frame, and=
	mov	%r15, FRAME_R15(\frame)
	mov	%r14, FRAME_R15 + 8(\frame)
	mov	%r13, FRAME_R15 + 16(\frame)
	mov	%r12, FRAME_R15 + 24(\frame)
	mov	%rbp, FRAME_R15 + 32(\frame)
	mov	%rbx, FRAME_R15 + 40(\frame)
	mov	%rdi, FRAME_ARG0(\frame)
	mov	%rsi, FRAME_ARG0 + 8(\frame)
	.ifnb	\and
	mov	%\and, FRAME_ARG0 + 16(\frame)
	.endif
	mov	%r10, FRAME_ARG0 + 24(\frame)
	mov	%r8, FRAME_ARG0 + 32(\frame)
	mov	%r9, FRAME_ARG0 + 40(\frame)
	.endm

/* The partner runs, and has this thread's priority and time; this thread waits for the reply. */
	.macro hand_time
	mov	THREAD_STATE(%rsp), %rax	/* runnable, not suspended, its priority, not queued, on whose time */
	mov	%rax, THREAD_STATE(%rcx)
	movb	$STATE_WAIT_REPLY, THREAD_STATE(%rsp)
	.endm

/* What arch_switch and thread_switch do, from the current thread to %rcx; the message stays where it is. */
	.macro switch_to_partner
	rdtsc
	shl	$32, %rdx
	or	%rdx, %rax
	add	%rax, THREAD_TICKS(%rsp)
	sub	%rax, THREAD_TICKS(%rcx)

	mov	$-1, %eax		/* every component; %edx is the upper half, of which there are none */
	xsave64	THREAD_FPU_AREA(%rsp)
	xrstor64 THREAD_FPU_AREA(%rcx)

	rdfsbase %rax
	mov	%rax, THREAD_FS_BASE(%rsp)
	mov	THREAD_FS_BASE(%rcx), %rax
	wrfsbase %rax

	mov	THREAD_CR3(%rcx), %rax
	cmp	THREAD_CR3(%rsp), %rax
	je	1f
	mov	%rax, %cr3
1:
	lea	FRAME_BYTES(%rcx), %rax
	mov	%rax, %gs:CPU_RSP0
	mov	%rcx, %gs:CPU_CURRENT
	.endm

/* Into user level as %rcx, with the user's GS bases exchanged on the way. */
	.macro leave_as_partner
	leave_as_partner_begin
	xor	%eax, %eax		/* OK */
	leave_as_partner_end
	.endm

	.macro leave_as_partner_begin
	swapgs
	rdgsbase %rax
	mov	%rax, THREAD_GS_BASE(%rsp)
	mov	THREAD_GS_BASE(%rcx), %rax
	wrgsbase %rax
	.endm

	.macro leave_as_partner_end
	mov	FRAME_RFLAGS(%rcx), %r11
	mov	FRAME_RSP(%rcx), %rsp
	mov	FRAME_RIP(%rcx), %rcx
	sysretq
	.endm

/* The same when its registers are in its frame, which may be an interrupted thread's: iretq's words are pushed onto the processor's stack, not below a thread. */
	.macro leave_by_frame
	leave_as_partner_begin
	swapgs
	mov	%gs:CPU_STACK, %rsp
	jmp	trap_exit
	.endm
