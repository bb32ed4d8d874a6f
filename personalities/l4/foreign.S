/* SPDX-License-Identifier: BSD-2-Clause */
/* The `syscall` of a foreign thread, the ordinary path: as syscall_full, into fault.c. */
#include "arch_save.h"

	.section .entry.text, "ax"
	.globl	foreign_full
	.type	foreign_full, @function
foreign_full:
	save_call
	.globl	foreign_full_saved
foreign_full_saved:
	mov	%rsp, %rdi
	mov	%gs:CPU_STACK, %rsp
	incq	%gs:CPU_CALLS_FULL
	call	fault_foreign
	jmp	trap_exit
	.size	foreign_full, . - foreign_full

	.section .note.GNU-stack, "", @progbits
