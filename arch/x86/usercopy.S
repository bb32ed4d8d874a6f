/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Copies between kernel and user memory of the current space.  A fault inside continues at user_access_fault.
 * Words first: each iteration of a string instruction counts as one instruction on the standard machine.
 */
	.text

	/* int user_copy(void *to, const void *from, size_t bytes): 0, or 1 when user memory was not there. */
	.globl	user_copy
	.type	user_copy, @function
user_copy:
	cmpb	$0, cpu_has_smap(%rip)
	je	user_access_begin
	stac
	.globl	user_access_begin
user_access_begin:
	mov	%rdx, %rcx
	shr	$3, %rcx
	rep movsq
	mov	%edx, %ecx
	and	$7, %ecx
	rep movsb
	.globl	user_access_end
user_access_end:
	xor	%eax, %eax
user_copy_done:
	cmpb	$0, cpu_has_smap(%rip)
	je	1f
	clac
1:	ret

	.globl	user_access_fault
user_access_fault:
	mov	$1, %eax
	jmp	user_copy_done
	.size	user_copy, . - user_copy

	.section .note.GNU-stack, "", @progbits
