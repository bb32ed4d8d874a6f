/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the compiler calls by itself: memcpy, memmove, memset, memcmp.  Words first: the standard machine has no fast byte-wise string
 * instructions, and each iteration counts as one instruction.
 */
	.text

	/* void *memcpy(void *to, const void *from, size_t bytes) */
	.globl	memcpy
	.type	memcpy, @function
memcpy:
	mov	%rdi, %rax
	mov	%rdx, %rcx
	shr	$3, %rcx
	rep movsq
	mov	%edx, %ecx
	and	$7, %ecx
	rep movsb
	ret
	.size	memcpy, . - memcpy

	/* void *memmove(void *to, const void *from, size_t bytes) */
	.globl	memmove
	.type	memmove, @function
memmove:
	mov	%rdi, %rax
	sub	%rsi, %rax
	cmp	%rdx, %rax
	jae	memcpy			/* upwards never overwrites what is still to be read */
	mov	%rdi, %rax
	mov	%rdx, %rcx
	lea	-1(%rdi,%rdx), %rdi
	lea	-1(%rsi,%rdx), %rsi
	std
	rep movsb
	cld
	ret
	.size	memmove, . - memmove

	/* void *memset(void *to, int byte, size_t bytes) */
	.globl	memset
	.type	memset, @function
memset:
	mov	%rdi, %r8
	movzbl	%sil, %eax
	mov	$0x0101010101010101, %rcx
	imul	%rcx, %rax
	mov	%rdx, %rcx
	shr	$3, %rcx
	rep stosq
	mov	%edx, %ecx
	and	$7, %ecx
	rep stosb
	mov	%r8, %rax
	ret
	.size	memset, . - memset

	/* int memcmp(const void *a, const void *b, size_t bytes) */
	.globl	memcmp
	.type	memcmp, @function
memcmp:
	xor	%eax, %eax
	mov	%rdx, %rcx
	cmp	%rax, %rax		/* equal, when there is nothing to compare */
	repe cmpsb
	je	1f
	movzbl	-1(%rdi), %eax
	movzbl	-1(%rsi), %ecx
	sub	%ecx, %eax
1:	ret
	.size	memcmp, . - memcmp

	/* void arch_clear_page(void *page) */
	.globl	arch_clear_page
	.type	arch_clear_page, @function
arch_clear_page:
	xor	%eax, %eax
	mov	$512, %ecx
	rep stosq
	ret
	.size	arch_clear_page, . - arch_clear_page

	.section .note.GNU-stack, "", @progbits
