/* SPDX-License-Identifier: BSD-2-Clause */
/* null's program: every call is refused with ERR_NO_CALL (1); then a breakpoint ends the machine, with the exit code in rdi. */
	.text
	.globl	_start
_start:
	mov	$1, %edi
	xor	%eax, %eax
	syscall
	cmp	$1, %rax
	jne	1f
	mov	$12345, %eax
	syscall
	cmp	$1, %rax
	jne	1f
	xor	%edi, %edi
1:	int3
	ud2
	.section .note.GNU-stack, "", @progbits
