/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The timer's interrupt in user mode, when it finds nothing to do: it was set for a timeout that was cancelled, or that is further away than
 * the timer counts.  Only what C may change is saved, into the frame; what is due takes the way of every trap, with the rest saved as well.
 * Not with page-table isolation: the linker has trap_entry in this place then.
 */
#include "arch_offsets.h"
#include "arch_save.h"

#define RFLAGS_SAFE	0x2

	.section .entry.text, "ax"
	.globl	timer_entry
	.type	timer_entry, @function
	.balign	64
timer_entry:
	testb	$3, 24(%rsp)
	jz	trap_entry
	swapgs
	sub	$8, %rsp
	save_arguments
	push	%rcx
	push	%r11
	mov	%gs:CPU_STACK, %rsp
	cld
	call	timer_tick
	mov	%gs:CPU_CURRENT, %rsp
	add	$FRAME_R11, %rsp
	test	%al, %al
	jz	timer_due
	pop	%r11
	pop	%rcx
	restore_arguments
	add	$24, %rsp
	swapgs
	iretq				/* what the processor itself has just put there: it cannot fault */

timer_due:
	save_preserved
	push	$FRAME_GENERAL
	mov	%gs:CPU_STACK, %rsp
	push	$RFLAGS_SAFE
	popf
	call	timer_work
	jmp	trap_exit
	.size	timer_entry, . - timer_entry

	.section .note.GNU-stack, "", @progbits
