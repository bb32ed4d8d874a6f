/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Around a signal's handler: process/frame.c lets the program begin and end it here.  The program itself puts its registers into the frame, all that the core need not
 * know, and takes them from there.  Whatever interrupts these lines in turn finds what they need above the stack pointer, or in the red zone below it.
 */
#include "frame.h"
#include "frame_pop.h"

	.text

/* rsp: the frame, of which all is there but the fifteen general registers and the floating-point ones. */
	.macro	SAVE
	mov	%r8, FRAME_REGISTERS + 0(%rsp)
	mov	%r9, FRAME_REGISTERS + 8(%rsp)
	mov	%r10, FRAME_REGISTERS + 16(%rsp)
	mov	%r11, FRAME_REGISTERS + 24(%rsp)
	mov	%r12, FRAME_REGISTERS + 32(%rsp)
	mov	%r13, FRAME_REGISTERS + 40(%rsp)
	mov	%r14, FRAME_REGISTERS + 48(%rsp)
	mov	%r15, FRAME_REGISTERS + 56(%rsp)
	mov	%rdi, FRAME_REGISTERS + 64(%rsp)
	mov	%rsi, FRAME_REGISTERS + 72(%rsp)
	mov	%rbp, FRAME_REGISTERS + 80(%rsp)
	mov	%rbx, FRAME_REGISTERS + 88(%rsp)
	mov	%rdx, FRAME_REGISTERS + 96(%rsp)
	mov	%rax, FRAME_REGISTERS + 104(%rsp)
	mov	%rcx, FRAME_REGISTERS + 112(%rsp)
	cld
	mov	FRAME_FPU(%rsp), %rcx
	mov	$-1, %eax
	mov	%eax, %edx
	.endm

	/* WORDS words at AT of the floating-point registers' area are 0; rdi is lost. */
	.macro	CLEAR at, words
	xor	%edi, %edi
	.set	word, 0
	.rept	\words
	mov	%rdi, \at + 8 * word(%rcx)
	.set	word, word + 1
	.endr
	.endm

	.macro	MARK word
	mov	MARKS + 8 * \word(%rip), %rdi
	mov	%rdi, FPU_SOFTWARE + 8 * \word(%rcx)
	.endm

	.hidden	vdso_page
	.set	MARKS, vdso_page + VDSO_FPU

	.globl	signal_enter, signal_enter_xsave
signal_enter:
	SAVE
	CLEAR	FPU_SOFTWARE, FPU_SOFTWARE_WORDS
	fxsave64 (%rcx)
	jmp	1f
signal_enter_xsave:
	SAVE
	MARK	0
	MARK	1
	MARK	2
	movl	$FPU_MAGIC2, (%rcx,%rdi)
	CLEAR	(FPU_SOFTWARE+24), (FPU_SOFTWARE_WORDS-3)
	CLEAR	FPU_HEADER, 8
	xsave64	(%rcx)
1:	fninit
	ldmxcsr	mxcsr(%rip)
	mov	FRAME_INFO(%rsp), %edi
	lea	FRAME_INFO(%rsp), %rsi
	lea	FRAME_UCONTEXT(%rsp), %rdx
	xor	%eax, %eax
	jmp	*FRAME_HANDLER(%rsp)

/* rsp: the frame's registers.  On the stack to return to, below its red zone, is the address to return to; rip is not looked at. */
	.globl	signal_leave, signal_leave_xsave
signal_leave:
	mov	FRAME_FPU - FRAME_REGISTERS(%rsp), %rdi
	fxrstor64 (%rdi)
	jmp	2f
signal_leave_xsave:
	mov	FRAME_FPU - FRAME_REGISTERS(%rsp), %rdi
	mov	$-1, %eax
	mov	%eax, %edx
	xrstor64 (%rdi)
2:	POP_FRAME_REGISTERS
	lea	16(%rsp), %rsp
	popfq
	mov	-24(%rsp), %rsp
	lea	-(RED_ZONE + 8)(%rsp), %rsp
	ret	$RED_ZONE

/*
 * rsp: the frame behind its first word, as rt_sigreturn has it.  For a stack that cannot be written to, and for flags that these lines would trap with: all but the
 * floating-point registers is loaded by another rt_sigreturn.
 */
	.globl	signal_again, signal_again_xsave, signal_again_end
signal_again:
	mov	FRAME_FPU - FRAME_UCONTEXT(%rsp), %rdi
	fxrstor64 (%rdi)
	jmp	3f
signal_again_xsave:
	mov	FRAME_FPU - FRAME_UCONTEXT(%rsp), %rdi
	mov	$-1, %eax
	mov	%eax, %edx
	xrstor64 (%rdi)
3:	mov	$15, %eax
	syscall
signal_again_end:

	.balign	4
mxcsr:	.long	0x1f80		/* no exceptions, to the nearest */

	.section .note.GNU-stack, "", @progbits
