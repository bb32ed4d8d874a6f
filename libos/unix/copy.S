/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory of programs, which is the library's own here: what an access to it finds missing is brought as for the program, or ends the copy (enter.c). */
	.text

/* int user_copy(void *to, const void *from, uint64_t bytes): words, then bytes; a page that is not to be had ends it at user_copy_failed. */
	.globl	user_copy, user_copy_text, user_copy_begin, user_copy_end, user_copy_failed
user_copy_begin:
user_copy:
	mov	%rdx, %rcx
	shr	$3, %rcx
	rep movsq
	mov	%edx, %ecx
	and	$7, %ecx
	rep movsb
	xor	%eax, %eax
	ret

/*
 * int64_t user_copy_text(char *to, const char *from, uint64_t size): the length, or size when there is no terminator.  By words, where there is room for one and it is in one page;
 * what follows the terminator in its word is copied, too.
 */
user_copy_text:
	xor	%eax, %eax
	movabs	$0x0101010101010101, %r8
	mov	%r8, %r9
	shl	$7, %r9
1:	lea	8(%rax), %rcx
	cmp	%rdx, %rcx
	ja	2f
	lea	(%rsi,%rax), %ecx
	and	$0xfff, %ecx
	cmp	$0xff8, %ecx
	ja	2f
	mov	(%rsi,%rax), %rcx
	mov	%rcx, (%rdi,%rax)
	mov	%rcx, %r10
	sub	%r8, %r10
	not	%rcx
	and	%r9, %rcx
	and	%rcx, %r10			/* the lowest bit that is set in it is the first zero's */
	jne	3f
	add	$8, %rax
	jmp	1b
2:	cmp	%rdx, %rax
	jae	4f
	mov	(%rsi,%rax), %cl
	mov	%cl, (%rdi,%rax)
	test	%cl, %cl
	je	4f
	inc	%rax
	jmp	1b
3:	bsf	%r10, %r10
	shr	$3, %r10
	add	%r10, %rax
4:	ret
user_copy_end:
user_copy_failed:
	mov	$-14, %rax
	ret

	.section .note.GNU-stack, "", @progbits
