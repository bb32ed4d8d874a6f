/* SPDX-License-Identifier: BSD-2-Clause */
/* From upcalls to functions of C and back (<exo/context.h>). */
#include <exo/context.h>

/* A context's entry, \name\()_entry, and its way back, from \name\()_back to \name\()_back_end: the restart range. */
	.macro	UPCALL name, page
	.globl	\name\()_entry
	.type	\name\()_entry, @function
	.balign	64
\name\()_entry:
	mov	%rax, \page + CONTEXT_GENERAL + 0
	mov	%rbx, \page + CONTEXT_GENERAL + 8
	mov	%rcx, \page + CONTEXT_GENERAL + 16
	mov	%rdx, \page + CONTEXT_GENERAL + 24
	mov	%rsi, \page + CONTEXT_GENERAL + 32
	mov	%rdi, \page + CONTEXT_GENERAL + 40
	mov	%rbp, \page + CONTEXT_GENERAL + 48
	mov	%r8, \page + CONTEXT_GENERAL + 56
	mov	%r9, \page + CONTEXT_GENERAL + 64
	mov	%r10, \page + CONTEXT_GENERAL + 72
	mov	%r11, \page + CONTEXT_GENERAL + 80
	mov	%r12, \page + CONTEXT_GENERAL + 88
	mov	%r13, \page + CONTEXT_GENERAL + 96
	mov	%r14, \page + CONTEXT_GENERAL + 104
	mov	%r15, \page + CONTEXT_GENERAL + 112
	fxsave	\page + CONTEXT_FPU
1:	mov	$\page + UPCALL_BYTES, %esp
	movq	$0, \page + SAVE_PENDING
	mov	$\page, %edi
	call	*\name\()_handler(%rip)
	fxrstor	\page + CONTEXT_FPU
	mov	\page + CONTEXT_GENERAL + 0, %rax
	mov	\page + CONTEXT_GENERAL + 8, %rbx
	mov	\page + CONTEXT_GENERAL + 16, %rcx
	mov	\page + CONTEXT_GENERAL + 24, %rdx
	mov	\page + CONTEXT_GENERAL + 32, %rsi
	mov	\page + CONTEXT_GENERAL + 40, %rdi
	mov	\page + CONTEXT_GENERAL + 48, %rbp
	mov	\page + CONTEXT_GENERAL + 56, %r8
	mov	\page + CONTEXT_GENERAL + 64, %r9
	mov	\page + CONTEXT_GENERAL + 72, %r10
	mov	\page + CONTEXT_GENERAL + 80, %r11
	mov	\page + CONTEXT_GENERAL + 88, %r12
	mov	\page + CONTEXT_GENERAL + 96, %r13
	mov	\page + CONTEXT_GENERAL + 104, %r14
	mov	\page + CONTEXT_GENERAL + 112, %r15

	/* Every register but rsp and rflags is final.  What came while the handler was busy is its business first. */
	.globl	\name\()_back
\name\()_back:
	cmpq	$0, \page + SAVE_PENDING
	jne	1b
	movq	$0, \page + SAVE_BUSY
	mov	$\page + SAVE_RFLAGS, %esp
	popfq
	pop	%rsp
	jmp	*\page + SAVE_RIP
	.globl	\name\()_back_end
\name\()_back_end:
	.size	\name\()_entry, . - \name\()_entry
	.endm

	.text
	UPCALL	context, UPCALL_PAGE
	UPCALL	events, EVENTS_PAGE
	UPCALL	entries, ENTRIES_PAGE
	UPCALL	paging, PAGING_PAGE

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
