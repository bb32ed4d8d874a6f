/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * `bind' of one page in the usual case: the frame is a page of the largest part of RAM, clear, and the mapping can be made at once (enter.h).
 * Everything else, errors too, is sys_bind's, and gives there what it would give here.  docs/exo/binding.md accounts for the instructions.
 *
 *	%rdi address   %rsi, %rdx the capability   %r10 rights and BIND_WIRED          as the call has them; kept in their words of the frame
 *	%rcx the frame's record   %r8, %r9, %rsi, %rdx as in enter.h   %r11 a slab
 */
#include "arch_offsets.h"
#include "personalities/exo/enter.h"
#include "personalities/exo/offsets.h"
#include <exo/bindings.h>
#include <exo/calls.h>

	.macro	arguments_restore
	mov	FRAME_ARG0(%rsp), %rdi
	mov	FRAME_ARG0 + 8(%rsp), %rsi
	mov	FRAME_ARG0 + 16(%rsp), %rdx
	mov	FRAME_ARG0 + 24(%rsp), %r10
	mov	FRAME_ARG0 + 32(%rsp), %r8
	mov	FRAME_ARG0 + 40(%rsp), %r9
	.endm

	.section .entry.text, "ax"
	.globl	bind
	.type	bind, @function
	.balign	64
bind:
	/* RIGHT_READ, perhaps others of a mapping, perhaps wired, nothing else; a page of user level's. */
	lea	-1(%r10), %rax
	test	$~(6 | BIND_WIRED), %rax
	jnz	decline_at_once
	lea	-BIND_START(%rdi), %rax
	cmp	bind_span, %rax
	jae	decline_at_once
	test	$0xfff, %edi
	jnz	decline_at_once

	mov	%rdi, FRAME_ARG0(%rsp)
	mov	%rsi, FRAME_ARG0 + 8(%rsp)
	mov	%rdx, FRAME_ARG0 + 16(%rsp)
	mov	%r10, FRAME_ARG0 + 24(%rsp)
	mov	%r8, FRAME_ARG0 + 32(%rsp)
	mov	%r9, FRAME_ARG0 + 40(%rsp)
	cmpq	$CAPS_BY_SLOT, exo_caps
	je	by_slot

	/* From here to `opened', and from `by_slot', is what rows bind-open and bind-open-slot count.  The page that the token names: %rcx = its record. */
by_token:
	mov	%rsi, %rcx
	shl	$16, %rcx
	shr	$28, %rcx
	mov	%rcx, %rax
	sub	frame_main_extent + EXTENT_FIRST, %rax
	cmp	frame_main_extent + EXTENT_COUNT, %rax
	jae	decline
	shl	$RECORD_BYTES_SHIFT, %rcx
	add	record_first, %rcx
	cmpw	$RECORD_USER_PAGE, RECORD_STATE(%rcx)
	jne	decline
	cmpb	$0, RECORD_DIRTY(%rcx)
	jne	decline

	/* Its MAC, by C code, on a stack.  (That it is of a frame at all it says, too: no other is made with a frame's epoch.) */
	mov	%rcx, FRAME_RCX(%rsp)
	mov	RECORD_EPOCH(%rcx), %rdi
	mov	%gs:CPU_STACK, %rsp
	call	seal_frame_mac
	mov	%gs:CPU_CURRENT, %rsp
	cmp	%rax, FRAME_ARG0 + 16(%rsp)
	jne	decline
	mov	FRAME_RCX(%rsp), %rcx
	mov	FRAME_ARG0(%rsp), %rdi
	mov	FRAME_ARG0 + 24(%rsp), %r10

	/* A right that is wanted, in the low byte of %r10, and that it has not? */
	movzwl	FRAME_ARG0 + 14(%rsp), %eax
	mov	%eax, %edx
	not	%edx
	test	%dl, %r10b
	jnz	decline

	/* %rcx = the record of a page that is clear, which %eax gives these rights to. */
opened:
	and	$RIGHT_TO_SHARE, %eax
	mov	THREAD_SPACE(%rsp), %r8
	mov	ENV_LEAF(%rsp), %rsi
	shl	$6, %eax
	or	%eax, %r10d			/* BIND_WIRED, and above it BINDING_SHARE */
	mapping_place %rdi, %r11, decline

	/* --- commit --- */
	mapping_record %r11
	mov	%r10d, %eax
	shr	$8, %eax
	xor	$1, %eax
	mov	%al, MAP_FLAGS(%r9)
	mov	%rdi, MAP_VADDR(%r9)
	mov	%rcx, %rax
	shl	$(12 - RECORD_BYTES_SHIFT), %rax
	sub	record_addresses, %rax
	and	$7, %r10d
	or	granted_bits(,%r10,8), %rax
	testb	$1, MAP_FLAGS(%r9)
	jnz	into_cache
entered:
	mapping_enter
	mapping_link %rcx
	arguments_restore
	xor	%eax, %eax
	jmp	syscall_exit_fast

	/* An evictable one is in the table of bindings as well, if there is one: cache_enter. */
into_cache:
	cmpq	$0, ENV_TABLE(%rsp)
	je	entered
	mov	%rdi, %r10
	shr	$7, %r10
	and	ENV_TABLE_MASK(%rsp), %r10
	mov	%r10, %r11
	and	$0xfff, %r10d
	shr	$12, %r11
	shl	$3, %r11
	add	ENV_TABLE(%rsp), %r11
	add	(%r11), %r10
	movzbl	MAP_FLAGS(%r9), %r11d
	or	%rdi, %r11
	mov	%r11, BINDING_KEY(%r10)
	mov	%rax, BINDING_PTE(%r10)
	mov	%rcx, BINDING_FRAME(%r10)
	mov	RECORD_EPOCH(%rcx), %r11
	mov	%r11, BINDING_EPOCH(%r10)
	jmp	entered

	/* The slot that %rsi names, of a frame with these rights: the test of cap_lookup. */
by_slot:
	cmp	$SLOTS, %rsi
	jae	decline
	mov	THREAD_SPACE(%rsp), %r8
	mov	%esi, %ecx
	shr	$6, %rsi
	and	$63, %ecx
	shl	$6, %ecx
	add	SPACE_SLOTS(%r8,%rsi,8), %rcx
	mov	CAPABILITY_TYPE(%rcx), %eax
	cmp	$FRAME_KIND, %ah
	jne	decline
	mov	%eax, %edx
	not	%edx
	test	%dl, %r10b
	jnz	decline
	mov	CAPABILITY_OBJECT(%rcx), %rcx
	cmpw	$RECORD_USER_PAGE, RECORD_STATE(%rcx)
	jne	decline
	cmpb	$0, RECORD_DIRTY(%rcx)
	je	opened

decline:
	arguments_restore
decline_at_once:
	mov	$CALL_BIND, %eax
	jmp	syscall_full
	.size	bind, . - bind

	.section .note.GNU-stack, "", @progbits
