/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An exception straight to the environment's own handler: nothing is saved but what the handler is told (<exo/upcall.h>).
 *
 * On the stack, which is the end of the current thread's frame when user level was interrupted:
 *
 *	(%rsp) vector   8 error   16 rip   24 cs   32 rflags   40 rsp   48 ss
 *
 * Page faults go to the addressing context, or where there is none, as all others do, to the exception context.  It declines, having changed
 * nothing but words of the frame that hold nothing yet, when there is no save area, when the handler is busy, and inside
 * a way back: upcall_exception (upcall.c) knows these.
 */
#include "arch_offsets.h"
#include "personalities/exo/enter.h"
#include "personalities/exo/offsets.h"
#include <exo/upcall.h>

#define RFLAGS_INITIAL	0x202
#define PAGE_FAULT	14
#define ERROR_PRESENT	1

#define HERE(offset)	(offset) - FRAME_VECTOR(%rsp)	/* a word of the current thread */
#define TRAP_VECTOR	0
#define TRAP_ERROR	8
#define TRAP_RIP	16
#define TRAP_CS		24
#define TRAP_RFLAGS	32
#define TRAP_RSP	40

/* To the handler of the context at CONTEXT of the thread, which has an area; with ADDRESS, the word that says what was accessed is written. */
	.macro deliver context, address
	mov	%rax, HERE(FRAME_RAX)
	mov	%rcx, HERE(FRAME_RCX)
	mov	HERE(\context + CONTEXT_AREA), %rax
	cmpq	$0, SAVE_BUSY(%rax)
	jne	decline
	mov	TRAP_RIP(%rsp), %rcx
	sub	HERE(ENV_RANGE_BEGIN), %rcx
	cmp	HERE(ENV_RANGE_BYTES), %rcx
	jb	decline

	.if	\address
	mov	%cr2, %rcx
	mov	%rcx, SAVE_ADDRESS(%rax)
	.endif
	mov	TRAP_VECTOR(%rsp), %rcx
	mov	%rcx, SAVE_VECTOR(%rax)
	movq	$1, SAVE_BUSY(%rax)
	mov	TRAP_ERROR(%rsp), %rcx
	mov	%rcx, SAVE_ERROR(%rax)
	mov	TRAP_RIP(%rsp), %rcx
	mov	%rcx, SAVE_RIP(%rax)
	mov	TRAP_RFLAGS(%rsp), %rcx
	mov	%rcx, SAVE_RFLAGS(%rax)
	mov	TRAP_RSP(%rsp), %rcx
	mov	%rcx, SAVE_RSP(%rax)

	mov	HERE(\context + CONTEXT_HANDLER), %rcx
	mov	%rcx, TRAP_RIP(%rsp)
	movq	$RFLAGS_INITIAL, TRAP_RFLAGS(%rsp)
	mov	HERE(FRAME_RAX), %rax
	mov	HERE(FRAME_RCX), %rcx
	add	$TRAP_RIP, %rsp
	swapgs
	iretq
	.endm

	.section .entry.text, "ax"
	.globl	personality_exception_fast
	.type	personality_exception_fast, @function
	.balign	64
personality_exception_fast:
	testb	$3, TRAP_CS(%rsp)
	jz	trap_entry
	swapgs
	cmpl	$PAGE_FAULT, TRAP_VECTOR(%rsp)
	je	page_fault
	cmpl	$0, HERE(ENV_EXCEPTION + CONTEXT_HOLD_TYPE)
	je	trap_entry_user
	deliver	ENV_EXCEPTION, 0

/* What is not mapped may be in the table of bindings. */
page_fault:
	cmpq	$0, HERE(ENV_TABLE)
	je	missed
	testb	$ERROR_PRESENT, TRAP_ERROR(%rsp)
	jz	refill
missed:
	cmpl	$0, HERE(ENV_ADDRESSING + CONTEXT_HOLD_TYPE)
	je	no_addressing
	deliver	ENV_ADDRESSING, 1

no_addressing:
	cmpl	$0, HERE(ENV_EXCEPTION + CONTEXT_HOLD_TYPE)
	je	trap_entry_user
	deliver	ENV_EXCEPTION, 1

decline:
	mov	HERE(FRAME_RAX), %rax
	mov	HERE(FRAME_RCX), %rcx
	jmp	trap_entry_user
	.size	personality_exception_fast, . - personality_exception_fast

/*
 * A page fault refilled from the table of bindings (cache.h): what the entry verifies becomes a mapping again, and the access is made again.  It does
 * what refill (evict.c) does, in the usual case: the leaf table is the one that was bound in last, and a slab has room.  Anything
 * else is declined, with nothing changed, before the commit line.
 *
 *	%rax address   %rcx the binding   %rdi a slab   the others as in enter.h
 */
	.macro	restore
	mov	HERE(FRAME_RAX), %rax
	mov	HERE(FRAME_RCX), %rcx
	mov	HERE(FRAME_ARG0), %rdi
	mov	HERE(FRAME_ARG0 + 8), %rsi
	mov	HERE(FRAME_ARG0 + 16), %rdx
	mov	HERE(FRAME_ARG0 + 32), %r8
	mov	HERE(FRAME_ARG0 + 40), %r9
	.endm

	.type	refill, @function
refill:
	mov	%rax, HERE(FRAME_RAX)
	mov	%rcx, HERE(FRAME_RCX)
	mov	%rdi, HERE(FRAME_ARG0)
	mov	%rsi, HERE(FRAME_ARG0 + 8)
	mov	%rdx, HERE(FRAME_ARG0 + 16)
	mov	%r8, HERE(FRAME_ARG0 + 32)
	mov	%r9, HERE(FRAME_ARG0 + 40)

	/* The entry for the address, and whether its frame is still what it was. */
	mov	%cr2, %rax
	mov	%rax, %rcx
	shr	$7, %rcx
	and	HERE(ENV_TABLE_MASK), %rcx
	mov	%rcx, %rdx
	and	$0xfff, %ecx
	shr	$12, %rdx
	mov	HERE(ENV_TABLE), %rsi
	add	(%rsi,%rdx,8), %rcx
	mov	BINDING_KEY(%rcx), %rdx
	xor	%rax, %rdx
	cmp	$0xfff, %rdx
	ja	refill_missed
	mov	BINDING_FRAME(%rcx), %rsi
	mov	BINDING_EPOCH(%rcx), %rdx
	cmp	%rdx, RECORD_EPOCH(%rsi)
	jne	refill_missed

	mov	HERE(THREAD_SPACE), %r8
	mov	HERE(ENV_LEAF), %rsi
	mapping_place %rax, %rdi, refill_decline

	/* --- commit --- */
	mapping_record %rdi
	mov	BINDING_KEY(%rcx), %rax
	mov	%al, MAP_FLAGS(%r9)
	and	$-4096, %rax
	mov	%rax, MAP_VADDR(%r9)
	mov	BINDING_PTE(%rcx), %rax
	mapping_enter
	mov	BINDING_FRAME(%rcx), %rcx
	mapping_link %rcx
	restore
	add	$TRAP_RIP, %rsp
	swapgs
	iretq

refill_decline:
	restore
	jmp	trap_entry_user

refill_missed:
	restore
	jmp	missed
	.size	refill, . - refill

	.section .note.GNU-stack, "", @progbits
