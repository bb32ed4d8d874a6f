/* SPDX-License-Identifier: BSD-2-Clause */
/* The fast entry of a build without the fast path: the null call alone, and not of a foreign thread (l4.h, null_limit). */
#include <l4/calls.h>
#include "arch_offsets.h"
#include "personalities/l4/l4_offsets.h"

	.section .entry.text.fast, "ax"
	.globl	personality_syscall_fast
	.type	personality_syscall_fast, @function
personality_syscall_fast:
	cmp	L4_NULL_LIMIT(%rsp), %rax
	jae	1f
	jmp	syscall_exit_fast
1:	cmpq	$0, L4_NULL_LIMIT(%rsp)
	jne	syscall_full
	cmp	$CALL_IPC_CALL, %rax
	jne	foreign_full
	cmpq	$0, L4_SLOT_LIMIT(%rsp)
	jne	syscall_full
	jmp	foreign_full
	.size	personality_syscall_fast, . - personality_syscall_fast

	.section .note.GNU-stack, "", @progbits
