/* SPDX-License-Identifier: BSD-2-Clause */
/* For assembler code: the fifteen registers of a signal's frame (frame.h) into the registers; rsp is at the first, and behind the last then. */
#pragma once

	.macro	POP_FRAME_REGISTERS
	pop	%r8
	pop	%r9
	pop	%r10
	pop	%r11
	pop	%r12
	pop	%r13
	pop	%r14
	pop	%r15
	pop	%rdi
	pop	%rsi
	pop	%rbp
	pop	%rbx
	pop	%rdx
	pop	%rax
	pop	%rcx
	.endm
