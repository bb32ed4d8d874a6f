/* SPDX-License-Identifier: BSD-2-Clause */
/* enum status yield_to(uint64_t name): the kernel keeps rip, rflags, rsp, the FPU and the segment bases; the rest is kept here. */
#include <exo/calls.h>
#include <janus/preserved.h>

	.text
	.globl	yield_to
	.type	yield_to, @function
yield_to:
	push_preserved
	mov	$CALL_YIELD_TO, %eax
	syscall
	pop_preserved
	ret
	.size	yield_to, . - yield_to

	.section .note.GNU-stack, "", @progbits
