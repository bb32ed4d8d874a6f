/* SPDX-License-Identifier: BSD-2-Clause */
/* For assembler code: the registers that a function keeps for its caller, onto the stack and back. */
#pragma once

	.macro push_preserved
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	.endm

	.macro pop_preserved
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	.endm
