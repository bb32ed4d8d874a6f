/* SPDX-License-Identifier: BSD-2-Clause */
/* From one stack to another. */
#include <janus/preserved.h>

	.text

/* void fiber_switch(uint64_t *from, uint64_t to): what a function keeps is on the stack, and the stack pointer in *from. */
	.globl	fiber_switch
	.type	fiber_switch, @function
fiber_switch:
	push_preserved
	mov	%rsp, (%rdi)
	mov	%rsi, %rsp
	pop_preserved
	ret
	.size	fiber_switch, . - fiber_switch

	.section .note.GNU-stack, "", @progbits
