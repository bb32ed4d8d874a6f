/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A mapping of one small page made in assembler, as map_ready and map_commit_in (core/enter.h) and map_link_pair do it, for the two paths that have no
 * instruction to spare: a bind (trace/off/bind.S) and a refill (exception.S).  The leaf table must be the one that was bound in last, and the pool must have a
 * slab with room.
 *
 *	%r8 the space   %rsi the leaf table's record   %rdx its entry   %r9 the mapping's record
 *
 * Clobbers %rax.  Up to the commit line of who uses them nothing is changed.
 */
#pragma once

#include "personalities/exo/offsets.h"

/* %r8 and %rsi are set: %rdx = the entry for \address, which is 0, and \slab has room; else to \decline. */
	.macro	mapping_place address, slab, decline
	/* Still a leaf table, for this address, of this space?  Its record knows. */
	cmpw	$RECORD_LEAF_TABLE, RECORD_STATE(%rsi)
	jne	\decline
	mov	\address, %rdx
	shr	$21, %rdx
	cmp	%edx, RECORD_REGION(%rsi)
	jne	\decline
	cmp	%r8, RECORD_POOL(%rsi)
	jne	\decline

	mov	SPACE_SLAB(%r8), \slab
	test	\slab, \slab
	jz	\decline

	mov	\address, %r9
	shr	$9, %r9
	and	$0xff8, %r9d
	mov	%rsi, %rdx
	shl	$(12 - RECORD_BYTES_SHIFT), %rdx
	add	record_pages, %rdx
	add	%r9, %rdx
	cmpq	$0, (%rdx)
	jne	\decline
	.endm

/* %r9 = a record out of \slab: one that was freed, or its next fresh one.  With its last the slab leaves the list of those that have room. */
	.macro	mapping_record slab
	mov	\slab, %r9
	shl	$(12 - RECORD_BYTES_SHIFT), %r9
	add	record_pages, %r9
	movzwl	RECORD_FREE(\slab), %eax
	test	%eax, %eax
	jz	.Lfresh\@
	lea	-1(%r9,%rax), %r9
	movzwl	(%r9), %eax
	mov	%ax, RECORD_FREE(\slab)
.Lleft\@:
	decw	RECORD_LEFT(\slab)
	jnz	.Ldone\@
	mov	RECORD_SLAB_NEXT(\slab), %rax
	mov	RECORD_SLAB_PPREV(\slab), \slab
	mov	%rax, (\slab)
	test	%rax, %rax
	jz	.Ldone\@
	mov	\slab, RECORD_SLAB_PPREV(%rax)
	jmp	.Ldone\@
.Lfresh\@:
	movzwl	RECORD_FRESH(\slab), %eax
	add	%rax, %r9
	addw	$MAP_BYTES, RECORD_FRESH(\slab)
	jmp	.Lleft\@
.Ldone\@:
	.endm

/* %rax = the hardware entry: it is entered, its table knows the record and the space its number; the record knows both. */
	.macro	mapping_enter
	mov	%rax, (%rdx)
	mov	%r8, MAP_SPACE(%r9)
	mov	%rdx, MAP_PTE(%r9)
	movb	$0, MAP_ORDER(%r9)
	and	$0xff8, %edx
	add	RECORD_MAPPINGS(%rsi), %rdx
	mov	%r9, (%rdx)
	incw	RECORD_ENTRIES(%rsi)
	incq	SPACE_MAPPED(%r8)
	.endm

/* The first pair of brackets in the list of the frame whose record is in \frame, which is lost, as is %rdx. */
	.macro	mapping_link frame
	add	$RECORD_MAPS, \frame
	mov	(\frame), %rdx
	lea	MAP_CLOSE(%r9), %rax
	mov	%rax, MAP_OPEN + LINK_NEXT(%r9)
	mov	\frame, MAP_OPEN + LINK_PPREV(%r9)
	mov	%rdx, MAP_CLOSE + LINK_NEXT(%r9)
	mov	%r9, MAP_CLOSE + LINK_PPREV(%r9)
	mov	%r9, (\frame)
	test	%rdx, %rdx
	jz	.Lfirst\@
	mov	%rax, LINK_PPREV(%rdx)
.Lfirst\@:
	.endm
