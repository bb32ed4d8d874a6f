/* SPDX-License-Identifier: BSD-2-Clause */
/* Saving registers into the frame of the current thread, and back: for assembler code of the entries, in the order of the frame from its end. */
#pragma once

#include "arch_offsets.h"

/* trap_frame.valid (arch_frame.h) */
#define FRAME_GENERAL		1
#define FRAME_SYSRET		2

/* What C keeps. */
	.macro save_preserved
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	.endm

	.macro restore_preserved
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	.endm

/* A call's arguments, or its results. */
	.macro save_six
	push	%r9
	push	%r8
	push	%r10
	push	%rdx
	push	%rsi
	push	%rdi
	.endm

	.macro restore_six
	pop	%rdi
	pop	%rsi
	pop	%rdx
	pop	%r10
	pop	%r8
	pop	%r9
	.endm

/* Its number and arguments, or its status and results. */
	.macro save_arguments
	save_six
	push	%rax
	.endm

	.macro restore_arguments
	pop	%rax
	restore_six
	.endm

/* %rsp at the end of the general registers: onto the stack, and the word that says so. */
	.macro save_general
	save_arguments
	push	%rcx
	push	%r11
	save_preserved
	push	$FRAME_GENERAL
	.endm

/* %rsp = the thread, before and after, at a system call: rcx and r11 are lost to the instruction; their words keep what they held. */
	.macro save_call
	add	$FRAME_FAULT_ADDRESS, %rsp
	save_arguments
	sub	$16, %rsp
	save_preserved
	push	$(FRAME_GENERAL | FRAME_SYSRET)
	.endm
