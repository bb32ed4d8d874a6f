/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exo's fast entry: the null call, and protected control transfer to a parked environment.
 *
 * A transfer changes the program counter and the space, and nothing else: the caller's registers are the message, FPU state and segment
 * bases included.  What changes is rip (the target's entry), rflags (clean), rcx and r11 (as sysret leaves them) and rax, the
 * caller's name, which the kernel vouches for.  The target runs on the caller's share; the caller is parked by that.
 *
 * Before the commit line nothing is changed: everything unusual goes to sys_transfer (share.c), which has the same result.
 */
#include "arch_offsets.h"
#include "personalities/exo/offsets.h"
#include <exo/calls.h>

#define RFLAGS_INITIAL	0x202

	.section .entry.text.fast, "ax"
	.globl	personality_syscall_fast
	.type	personality_syscall_fast, @function
personality_syscall_fast:
	cmp	$CALL_TRANSFER, %rax
	jne	1f

	/* Whom: %rcx = the thread that rdi names.  It must be parked. */
	mov	%edi, %ecx
	and	$NAME_OFFSET, %ecx
	cmp	%rdi, exo_names + NAME_FAST(%rcx)
	jne	syscall_full
	mov	exo_names + NAME_THREAD(%rcx), %rcx
	cmpq	$0, ENV_SHARE(%rcx)
	jne	syscall_full

	/* --- commit: the share, and the time that it has used of this turn, go over; the caller is parked --- */
	mov	ENV_SHARE(%rsp), %r11
	movq	$0, ENV_SHARE(%rsp)
	mov	%r11, ENV_SHARE(%rcx)
	mov	%rcx, SHARE_RUNS(%r11)
	mov	%gs:CPU_ENTERED, %rax
	add	%rax, THREAD_TICKS(%rsp)
	sub	%rax, THREAD_TICKS(%rcx)

	mov	%rcx, %gs:CPU_CURRENT
	lea	FRAME_BYTES(%rcx), %rax
	mov	%rax, %gs:CPU_RSP0
	mov	THREAD_CR3(%rcx), %rax
	mov	%rax, %cr3

	mov	ENV_NAME(%rsp), %rax
	mov	ENV_ENTRY(%rcx), %rcx
	mov	$RFLAGS_INITIAL, %r11d
	mov	FRAME_RSP(%rsp), %rsp
	swapgs
	sysretq

1:	test	%rax, %rax
	jnz	syscall_full
	jmp	syscall_exit_fast
	.size	personality_syscall_fast, . - personality_syscall_fast

	.section .note.GNU-stack, "", @progbits
