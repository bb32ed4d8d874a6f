/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Floating-point registers around a signal's handler: process/frame.c lets the program begin and end it here.  Whatever interrupts these lines in turn
 * finds what they need in registers, or above the stack pointer.
 */
	.text

/* r8: where they are saved.  rcx: the handler.  rdi, rsi and, here in r9, rdx: its arguments.  rdx:rax is all ones. */
	.globl	signal_enter, signal_enter_xsave
signal_enter:
	fxsave64 (%r8)
	jmp	1f
signal_enter_xsave:
	xsave64	(%r8)
1:	fninit
	ldmxcsr	mxcsr(%rip)
	mov	%r9, %rdx
	xor	%eax, %eax
	jmp	*%rcx

/* rdi: where they were saved.  On the stack, below that place: the address, on the stack to return to, of rax, rdx, rdi, rip, and then a red zone to leave alone. */
	.globl	signal_leave, signal_leave_xsave
signal_leave:
	fxrstor64 (%rdi)
	jmp	2f
signal_leave_xsave:
	xrstor64 (%rdi)
2:	pop	%rsp
	pop	%rax
	pop	%rdx
	pop	%rdi
	ret	$128

/* For a stack that cannot be written to: all else is loaded by another rt_sigreturn, from the frame at rsp. */
	.globl	signal_again, signal_again_xsave, signal_again_end
signal_again:
	fxrstor64 (%rdi)
	jmp	3f
signal_again_xsave:
	xrstor64 (%rdi)
3:	mov	$15, %eax
	syscall
signal_again_end:

	.balign	4
mxcsr:	.long	0x1f80		/* no exceptions, to the nearest */

	.section .note.GNU-stack, "", @progbits
