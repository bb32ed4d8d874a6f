/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * void thread_switch(uint64_t *from, uint64_t to): keep what a function keeps for its caller on this stack, and the stack in *FROM; go on with
 * the stack TO, which was left so.
 */
#include <janus/preserved.h>

	.text
	.globl	thread_switch
	.type	thread_switch, @function
thread_switch:
	push_preserved
	mov	%rsp, (%rdi)
	mov	%rsi, %rsp
	pop_preserved
	ret
	.size	thread_switch, . - thread_switch

	/* Where a new thread begins: its body in r12, the argument in r13. */
	.globl	thread_begin
	.type	thread_begin, @function
thread_begin:
	movb	$0, thread_switching(%rip)
	mov	%r13, %rdi
	call	*%r12
	call	thread_exit
	.size	thread_begin, . - thread_begin

	.section .note.GNU-stack, "", @progbits
