/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One stub a vector, 16 bytes each: bring the stack to one shape (error code, vector) and go where that vector goes.
 * The processor itself pushes an error code for 8, 10-14, 17, 21, 29 and 30.
 *
 * Exceptions go where the personality takes them; one that has no way of its own has them in trap_entry (kernel.ld).
 */
#include "arch/x86/vectors.h"

	.section .entry.text, "ax"

	.altmacro
	.macro stub number, error, where
	.balign	16
	.if	!\error
	push	$0
	.endif
	push	$\number
	jmp	\where
	.endm

	.globl	vector_stubs
	.balign	16
vector_stubs:
	vector = 0
	.rept	256
	.if	vector == 1
	.balign	16
	jmp	debug_entry
	.elseif	vector == 8
	stub	%vector, 1, paranoid_entry
	.elseif	vector == 2 || vector == 18
	stub	%vector, 0, paranoid_entry
	.elseif	(vector >= 10 && vector <= 14) || vector == 17 || vector == 21 || vector == 29 || vector == 30
	stub	%vector, 1, personality_exception_fast
	.elseif	vector < 32
	stub	%vector, 0, personality_exception_fast
	.elseif	vector == VECTOR_TIMER
	stub	%vector, 0, timer_entry
	.else
	stub	%vector, 0, trap_entry
	.endif
	vector = vector + 1
	.endr
	.balign	16

	.section .note.GNU-stack, "", @progbits
