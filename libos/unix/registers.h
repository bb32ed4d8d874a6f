/* SPDX-License-Identifier: BSD-2-Clause */
/* For assembler code: a program's registers into a struct registers and back, where upcalls save.  R is where that is, behind the address in a register. */
#pragma once

#include <exo/upcall.h>

/* The program's registers but rax, rcx, r11 and those that the kernel saved, to the task in \t. */
	.macro	SAVE t
	SAVE_KEPT \t
	SAVE_SCRATCH \t
	.endm

/* Those that a function of C keeps. */
	.macro	SAVE_KEPT t
	mov	%r15, R + 0(\t)
	mov	%r14, R + 8(\t)
	mov	%r13, R + 16(\t)
	mov	%r12, R + 24(\t)
	mov	%rbp, R + 32(\t)
	mov	%rbx, R + 40(\t)
	.endm

/* And does not. */
	.macro	SAVE_SCRATCH t
	mov	%rdi, R + 72(\t)
	mov	%rsi, R + 80(\t)
	mov	%rdx, R + 88(\t)
	mov	%r10, R + 96(\t)
	mov	%r8, R + 104(\t)
	mov	%r9, R + 112(\t)
	.endm

/* Those that the kernel saved in \area, rip, rflags and rsp, by way of rsp; and the handler is over. */
	.macro	SAVED area, t
	mov	$\area + SAVE_RIP, %esp
	pop	R + 120(\t)
	pop	R + 128(\t)
	pop	R + 136(\t)
	movq	$0, \area + SAVE_BUSY
	.endm

/* Of those that \at(%rcx) and on has, rip, rflags and rsp, which the way back takes from \area, by way of rsp. */
	.macro	LOAD_BACK at, area
	mov	$\area + SAVE_RSP + 8, %esp
	push	\at + 136(%rcx)
	push	\at + 128(%rcx)
	push	\at + 120(%rcx)
	.endm

/* The registers that \at(%rcx) and on has, but rip, rflags and rsp, which are put into \area. */
	.macro	LOAD at, area
	LOAD_BACK \at, \area
	mov	\at + 0(%rcx), %r15
	mov	\at + 8(%rcx), %r14
	mov	\at + 16(%rcx), %r13
	mov	\at + 24(%rcx), %r12
	mov	\at + 32(%rcx), %rbp
	mov	\at + 40(%rcx), %rbx
	LOAD_SCRATCH \at
	.endm

/* Those of them that a function of C does not keep. */
	.macro	LOAD_SCRATCH at
	mov	\at + 48(%rcx), %r11
	mov	\at + 64(%rcx), %rax
	mov	\at + 72(%rcx), %rdi
	mov	\at + 80(%rcx), %rsi
	mov	\at + 88(%rcx), %rdx
	mov	\at + 96(%rcx), %r10
	mov	\at + 104(%rcx), %r8
	mov	\at + 112(%rcx), %r9
	mov	\at + 56(%rcx), %rcx
	.endm
