/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lrpc's side of the registers (<ipc/lrpc.h>).  On the way there:  rdi server   rsi, rdx, r10 words.  On the way back:  r8 status   rsi, rdx, r10
 * words.  The kernel puts the name of whoever transfers into rax.
 */
#include <exo/calls.h>
#include <ipc/lrpc_offsets.h>
#include <janus/preserved.h>

	.text
	.globl	lrpc_call
	.type	lrpc_call, @function
lrpc_call:
	push_preserved
	push	%rsi
	mov	%rsp, lrpc_stack(%rip)
	mov	%rdi, lrpc_partner(%rip)
	mov	16(%rsi), %r10
	mov	8(%rsi), %rdx
	mov	(%rsi), %rsi
	mov	$CALL_TRANSFER, %eax
	syscall
	mov	%eax, %r8d		/* refused, or whom it was transferred to is gone: rsp is as it was */
	mov	lrpc_stack(%rip), %rsp
	jmp	1f

	/* Somebody enters.  Whoever it is, nothing of its registers is trusted. */
	.globl	lrpc_entry
	.type	lrpc_entry, @function
	.balign	16
lrpc_entry:
	cmp	%rax, lrpc_partner(%rip)
	jne	2f
	mov	lrpc_stack(%rip), %rsp
	mov	(%rsp), %rcx
	mov	%rsi, (%rcx)
	mov	%rdx, 8(%rcx)
	mov	%r10, 16(%rcx)
1:	movq	$LRPC_NOBODY, lrpc_partner(%rip)
	mov	%r8d, %eax
	pop	%rsi
	pop_preserved
	ret

	/* A request.  While the one stack is in use, which is while an answer is awaited, it is refused. */
2:	mov	%rax, %rdi
	mov	$LRPC_BUSY, %r8d
	cmpq	$LRPC_NOBODY, lrpc_partner(%rip)
	jne	3f
	mov	$lrpc_service_stack + LRPC_STACK - 48, %esp
	mov	%rax, 24(%rsp)
	mov	%rsi, (%rsp)
	mov	%rdx, 8(%rsp)
	mov	%r10, 16(%rsp)
	mov	%rsp, %rsi
	cld
	call	*lrpc_function(%rip)
	mov	(%rsp), %rsi
	mov	8(%rsp), %rdx
	mov	16(%rsp), %r10
	mov	24(%rsp), %rdi
	xor	%r8d, %r8d
3:	xor	%ebx, %ebx
	xor	%ebp, %ebp
	xor	%r9d, %r9d
	xor	%r12d, %r12d
	xor	%r13d, %r13d
	xor	%r14d, %r14d
	xor	%r15d, %r15d
	mov	$CALL_TRANSFER, %eax
	syscall
	jmp	lrpc_client_gone
	.size	lrpc_call, . - lrpc_call

	/* Trusted: rdi server, rsi word; back in rsi.  The client's stack pointer goes along and comes back. */
	.globl	trusted_call
	.type	trusted_call, @function
	.balign	16
trusted_call:
	push	%rsi
	mov	(%rsi), %rsi
	mov	$CALL_TRANSFER, %eax
	syscall
	cmp	$LRPC_CANCELLED, %eax
	je	4f
	pop	%rsi
	ret
4:	ud2				/* who was trusted with our registers died with them */

	.globl	trusted_entry
	.type	trusted_entry, @function
	.balign	16
trusted_entry:
	pop	%rcx
	mov	%rsi, (%rcx)
	xor	%eax, %eax
	ret

	.globl	trusted_server_entry
	.type	trusted_server_entry, @function
	.balign	16
trusted_server_entry:
	mov	%rsp, %rcx
	mov	$lrpc_service_stack + LRPC_STACK, %esp
	push	%rcx
	push	%rax
	mov	%rsi, %rdi
	call	*lrpc_function(%rip)
	mov	%rax, %rsi
	pop	%rdi
	pop	%rsp
	mov	$CALL_TRANSFER, %eax
	syscall
	jmp	lrpc_client_gone
	.size	trusted_call, . - trusted_call

	.section .note.GNU-stack, "", @progbits
