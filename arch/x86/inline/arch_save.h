/* SPDX-License-Identifier: BSD-2-Clause */
/* Saving registers into the frame of the current thread: for assembler code of the entries, in the frame's order from its end. */
#pragma once

#include "arch_offsets.h"

/* trap_frame.valid (arch_frame.h) */
#define FRAME_GENERAL		1
#define FRAME_SYSRET		2

/* %rsp at the end of the general registers: onto the stack, and the word that says so. */
	.macro save_general
	push	%r9
	push	%r8
	push	%r10
	push	%rdx
	push	%rsi
	push	%rdi
	push	%rax
	push	%rcx
	push	%r11
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	push	$FRAME_GENERAL
	.endm

/* %rsp = the thread, before and after, at a system call: rcx and r11 are lost to the instruction; their words keep what they held. */
	.macro save_call
	add	$FRAME_FAULT_ADDRESS, %rsp
	push	%r9
	push	%r8
	push	%r10
	push	%rdx
	push	%rsi
	push	%rdi
	push	%rax
	sub	$16, %rsp
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	push	$(FRAME_GENERAL | FRAME_SYSRET)
	.endm
