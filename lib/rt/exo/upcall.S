/* SPDX-License-Identifier: BSD-2-Clause */
/* From an upcall to a function of C and back (<exo/context.h>). */
#include <exo/context.h>

#define GENERAL(n)	UPCALL_PAGE + CONTEXT_GENERAL + 8 * (n)
#define AREA(offset)	UPCALL_PAGE + (offset)

	.text
	.globl	context_entry
	.type	context_entry, @function
	.balign	64
context_entry:
	mov	%rax, GENERAL(0)
	mov	%rbx, GENERAL(1)
	mov	%rcx, GENERAL(2)
	mov	%rdx, GENERAL(3)
	mov	%rsi, GENERAL(4)
	mov	%rdi, GENERAL(5)
	mov	%rbp, GENERAL(6)
	mov	%r8, GENERAL(7)
	mov	%r9, GENERAL(8)
	mov	%r10, GENERAL(9)
	mov	%r11, GENERAL(10)
	mov	%r12, GENERAL(11)
	mov	%r13, GENERAL(12)
	mov	%r14, GENERAL(13)
	mov	%r15, GENERAL(14)
	fxsave	UPCALL_PAGE + CONTEXT_FPU
	mov	$UPCALL_STACK, %esp
	mov	$UPCALL_PAGE, %edi
	call	*context_handler(%rip)
	fxrstor	UPCALL_PAGE + CONTEXT_FPU
	mov	GENERAL(0), %rax
	mov	GENERAL(1), %rbx
	mov	GENERAL(2), %rcx
	mov	GENERAL(3), %rdx
	mov	GENERAL(4), %rsi
	mov	GENERAL(5), %rdi
	mov	GENERAL(6), %rbp
	mov	GENERAL(7), %r8
	mov	GENERAL(8), %r9
	mov	GENERAL(9), %r10
	mov	GENERAL(10), %r11
	mov	GENERAL(11), %r12
	mov	GENERAL(12), %r13
	mov	GENERAL(13), %r14
	mov	GENERAL(14), %r15

	/* The restart range: every register but rsp and rflags is final. */
	.globl	context_back
context_back:
	movq	$0, AREA(SAVE_BUSY)
	mov	$AREA(SAVE_RFLAGS), %esp
	popfq
	pop	%rsp
	jmp	*AREA(SAVE_RIP)
	.globl	context_back_end
context_back_end:
	.size	context_entry, . - context_entry

/*
 * Where interrupted code goes on that is to call a function first.  context_call has pushed, below the red zone of 128 bytes:
 *
 *	(%rsp) function   8 rflags   16 rip
 */
	.globl	context_called
	.type	context_called, @function
context_called:
	push	%rbp
	mov	%rsp, %rbp
	push	%rax
	push	%rcx
	push	%rdx
	push	%rsi
	push	%rdi
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	sub	$512, %rsp
	and	$-16, %rsp
	fxsave	(%rsp)
	call	*8(%rbp)
	fxrstor	(%rsp)
	lea	-72(%rbp), %rsp
	pop	%r11
	pop	%r10
	pop	%r9
	pop	%r8
	pop	%rdi
	pop	%rsi
	pop	%rdx
	pop	%rcx
	pop	%rax
	pop	%rbp
	lea	8(%rsp), %rsp
	popfq
	ret	$128
	.size	context_called, . - context_called

	.section .note.GNU-stack, "", @progbits
