/* SPDX-License-Identifier: BSD-2-Clause */
/* enum status message_ipc(uint64_t operation, uint64_t slot, struct message *m): <l4/message.h>. */
#include <l4/ipc.h>
#include <janus/preserved.h>

	.text
	.globl	message_ipc
	.type	message_ipc, @function
message_ipc:
	push_preserved
	push	%rdx
	mov	%rdi, %rax
	mov	%rdx, %rcx
	mov	%rsi, %rdx
	mov	(%rcx), %rdi
	mov	8(%rcx), %rsi
	mov	16(%rcx), %r10
	mov	24(%rcx), %r8
	mov	32(%rcx), %r9
	mov	40(%rcx), %rbx
	mov	48(%rcx), %rbp
	mov	56(%rcx), %r12
	mov	64(%rcx), %r13
	mov	72(%rcx), %r14
	mov	80(%rcx), %r15
	syscall
	pop	%rcx
	mov	%rdi, (%rcx)
	mov	%rsi, 8(%rcx)
	mov	%r10, 16(%rcx)
	mov	%r8, 24(%rcx)
	mov	%r9, 32(%rcx)
	mov	%rbx, 40(%rcx)
	mov	%rbp, 48(%rcx)
	mov	%r12, 56(%rcx)
	mov	%r13, 64(%rcx)
	mov	%r14, 72(%rcx)
	mov	%r15, 80(%rcx)
	mov	%rdx, 88(%rcx)
	mov	%rax, %rdx
	shr	$IPC_KIND, %rdx
	mov	%edx, 96(%rcx)
	pop_preserved
	ret
	.size	message_ipc, . - message_ipc

	.section .note.GNU-stack, "", @progbits
