/* SPDX-License-Identifier: BSD-2-Clause */
/* For assembler code in C: the registers that a function keeps for its caller, onto the stack and back. */
#pragma once

#define PUSH_PRESERVED \
	"	push	%rbx\n" \
	"	push	%rbp\n" \
	"	push	%r12\n" \
	"	push	%r13\n" \
	"	push	%r14\n" \
	"	push	%r15\n"

#define POP_PRESERVED \
	"	pop	%r15\n" \
	"	pop	%r14\n" \
	"	pop	%r13\n" \
	"	pop	%r12\n" \
	"	pop	%rbp\n" \
	"	pop	%rbx\n"
