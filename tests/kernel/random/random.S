/* SPDX-License-Identifier: BSD-2-Clause */
/* void random_syscall(struct random_registers *r): a system call with these registers; all but rcx and r11 as it left them. */
#include <janus/preserved.h>

	.text
	.globl	random_syscall
	.type	random_syscall, @function
random_syscall:
	push_preserved
	push	%rdi
	mov	(%rdi), %rax
	mov	16(%rdi), %rsi
	mov	24(%rdi), %rdx
	mov	32(%rdi), %r10
	mov	40(%rdi), %r8
	mov	48(%rdi), %r9
	mov	56(%rdi), %rbx
	mov	64(%rdi), %rbp
	mov	72(%rdi), %r12
	mov	80(%rdi), %r13
	mov	88(%rdi), %r14
	mov	96(%rdi), %r15
	mov	8(%rdi), %rdi
	syscall
	pop	%rcx
	mov	%rax, (%rcx)
	mov	%rdi, 8(%rcx)
	mov	%rsi, 16(%rcx)
	mov	%rdx, 24(%rcx)
	mov	%r10, 32(%rcx)
	mov	%r8, 40(%rcx)
	mov	%r9, 48(%rcx)
	mov	%rbx, 56(%rcx)
	mov	%rbp, 64(%rcx)
	mov	%r12, 72(%rcx)
	mov	%r13, 80(%rcx)
	mov	%r14, 88(%rcx)
	mov	%r15, 96(%rcx)
	pop_preserved
	ret
	.size	random_syscall, . - random_syscall

	.section .note.GNU-stack, "", @progbits
