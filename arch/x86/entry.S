/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Into the kernel and out of it.
 *
 *   syscall ---> syscall_entry ---> personality_syscall_fast ---> syscall_exit_fast        (nothing else is saved)
 *                                            | declines
 *                                            v
 *                                      syscall_full --> personality_syscall ---+
 *   vector N --> vectors.S --> trap_entry --> trap_dispatch -------------------+--> trap_exit --> sysretq or iretq
 *                        \--> personality_exception_fast, in a personality that has one: declines into trap_entry
 *
 * Registers go straight into the current thread's frame, at the start of struct thread: %rsp points into the thread while
 * they are saved and restored, and to the CPU's one kernel stack while C code runs.  To switch threads is to change
 * cpu->current before trap_exit.
 *
 * Interrupts are off from entry to exit.  Between an entry and its swapgs, and between the exit's swapgs and its last
 * instruction, only NMI, machine check, double fault and debug traps can come: those have stacks of their own (paranoid_entry).
 */
#include "arch_offsets.h"
#include "arch_save.h"
#include "pti.h"

#define MSR_GS_BASE		0xc0000101
#define RFLAGS_SAFE		0x2

/* Move the processor's frame, error code and vector from %rsp to the end of the current thread's frame. */
	.macro frame_to_thread
	mov	%rax, %gs:CPU_SCRATCH
	mov	%rsp, %rax
	mov	%gs:CPU_CURRENT, %rsp
	add	$FRAME_BYTES, %rsp
	push	48(%rax)
	push	40(%rax)
	push	32(%rax)
	push	24(%rax)
	push	16(%rax)
	push	8(%rax)
	push	(%rax)
	mov	%gs:CPU_SCRATCH, %rax
	.endm

/* And back, the word that says so taken off. */
	.macro restore_general
	restore_preserved
	pop	%r11
	pop	%rcx
	restore_arguments
	.endm

/*
 * The `syscall` instruction: rip is in rcx, rflags in r11, SFMASK has cleared IF, DF, TF, AC, NT, RF, IOPL.
 * Seven instructions without page-table isolation; kernel.ld puts personality_syscall_fast right behind them.
 */
	.section .entry.text.syscall, "ax"
	.globl	syscall_entry
	.type	syscall_entry, @function
	.balign	64
syscall_entry:
	swapgs
	mov	%rsp, %gs:CPU_USER_RSP
	pti_enter_syscall
	mov	%gs:CPU_CURRENT, %rsp
	mov	%rcx, FRAME_RIP(%rsp)
	mov	%r11, FRAME_RFLAGS(%rsp)
	mov	%gs:CPU_USER_RSP, %r11
	mov	%r11, FRAME_RSP(%rsp)
	.globl	syscall_entry_end
syscall_entry_end:
	.size	syscall_entry, . - syscall_entry	/* for debuggers: text_start is at the same address, and has none */

	.section .entry.text, "ax"

/*
 * The way back of a fast entry: %rsp = the current thread.  What the thread gets in the other registers is what is in them.
 */
	.globl	syscall_exit_fast
	.type	syscall_exit_fast, @function
syscall_exit_fast:
	mov	FRAME_RIP(%rsp), %rcx
	mov	FRAME_RFLAGS(%rsp), %r11
	mov	FRAME_RSP(%rsp), %rsp
	pti_exit_sysret
	swapgs
	.globl	syscall_exit_sysret
syscall_exit_sysret:
	sysretq

/* The fast entry declined: save the rest.  Or it has saved the rest itself. */
	.globl	syscall_full
	.type	syscall_full, @function
	.balign	16
syscall_full:
	save_call
	.globl	syscall_full_saved
syscall_full_saved:
	mov	%rsp, %rdi
	mov	%gs:CPU_STACK, %rsp
	incq	%gs:CPU_CALLS_FULL
	call	personality_syscall

	jmp	trap_exit

/* void arch_enter_user(void): leave the boot code for the first thread, by the way out of every trap. */
	.globl	arch_enter_user
	.type	arch_enter_user, @function
arch_enter_user:
	mov	%gs:CPU_STACK, %rsp

/*
 * The one way out.  cpu->current says who runs; pending work of the thread or the CPU is one test.
 */
	.globl	trap_exit
	.type	trap_exit, @function
trap_exit:
	mov	%gs:CPU_CURRENT, %rdi
	mov	THREAD_PENDING(%rdi), %eax
	or	%gs:CPU_PENDING, %eax
	jnz	exit_pending
	testb	$FRAME_SYSRET, FRAME_VALID(%rdi)
	jz	exit_iret
	testb	$FRAME_GENERAL, FRAME_VALID(%rdi)
	jz	exit_partial

	/* As a system call that was saved in full: rcx and r11 carry rip and rflags. */
	lea	FRAME_R15(%rdi), %rsp
	restore_preserved
	add	$16, %rsp
	restore_arguments
	sub	$FRAME_FAULT_ADDRESS, %rsp
	jmp	syscall_exit_fast

exit_pending:
	call	pending_run
	jmp	trap_exit

/*
 * As a system call of which only rip, rflags and rsp were saved: results are in rax and the argument registers, the
 * registers that the call does not preserve are cleared, so that nothing of another thread is seen in them.
 */
exit_partial:
	lea	FRAME_RAX(%rdi), %rsp
	xor	%ebx, %ebx
	xor	%ebp, %ebp
	xor	%r12d, %r12d
	xor	%r13d, %r13d
	xor	%r14d, %r14d
	xor	%r15d, %r15d
	restore_arguments
	sub	$FRAME_FAULT_ADDRESS, %rsp
	jmp	syscall_exit_fast

/*
 * As an interrupt or exception, or with registers that somebody set.  The five words that iretq takes are copied to the CPU's
 * stack: should it fault, the frame that the processor then pushes does not hit the thread (trap_kernel recovers).
 */
exit_iret:
	pti_iret_stack
	push	FRAME_SS(%rdi)
	push	FRAME_RSP(%rdi)
	push	FRAME_RFLAGS(%rdi)
	push	FRAME_CS(%rdi)
	push	FRAME_RIP(%rdi)
	mov	8(%rdi), %r15
	mov	16(%rdi), %r14
	mov	24(%rdi), %r13
	mov	32(%rdi), %r12
	mov	40(%rdi), %rbp
	mov	48(%rdi), %rbx
	mov	56(%rdi), %r11
	mov	64(%rdi), %rcx
	mov	72(%rdi), %rax
	mov	88(%rdi), %rsi
	mov	96(%rdi), %rdx
	mov	104(%rdi), %r10
	mov	112(%rdi), %r8
	mov	120(%rdi), %r9
	mov	80(%rdi), %rdi
	pti_exit_iret
	swapgs
	.globl	exit_iret_instruction
exit_iret_instruction:
	iretq

/*
 * From a vector's stub: the processor's frame and error code and the vector number are on the stack, which is the end of
 * the current thread's frame when user level was interrupted, else the kernel stack.
 */
	.globl	trap_entry
	.type	trap_entry, @function
	.balign	64
trap_entry:
	testb	$3, 24(%rsp)
	jz	trap_entry_kernel
	swapgs
	pti_enter_trap
	.globl	trap_entry_user
trap_entry_user:
	sub	$8, %rsp
	save_general
	.globl	trap_entry_saved
trap_entry_saved:
	mov	%rsp, %rdi
	mov	%gs:CPU_STACK, %rsp
	push	$RFLAGS_SAFE
	popf
	call	trap_dispatch
	jmp	trap_exit

/*
 * Kernel mode was interrupted: the idle loop, an access to user memory that faults, an iretq that faults, or a bug.
 */
trap_entry_kernel:
	cmpq	$exit_iret_instruction, 16(%rsp)
	je	trap_entry_iret
	sub	$8, %rsp
	save_general
	mov	%rsp, %rdi
	push	$RFLAGS_SAFE
	popf
	call	trap_kernel
	add	$8, %rsp
	restore_general
	add	$24, %rsp
	iretq

/*
 * The iretq of exit_iret faulted.  The thread's frame is whole, the user's GS base is loaded.
 */
trap_entry_iret:
	swapgs
	pti_enter_iret
	mov	(%rsp), %rsi
	mov	8(%rsp), %rdx
	mov	%gs:CPU_CURRENT, %rdi
	mov	%gs:CPU_STACK, %rsp
	call	trap_iret
	jmp	trap_exit

/*
 * A debug trap comes on a stack of its own because `mov %ss` can delay it to the first instruction of syscall_entry.  From user
 * level it is an ordinary exception: the processor's frame moves to where the others have it.
 */
	.globl	debug_entry
	.type	debug_entry, @function
debug_entry:
	push	$0
	push	$1
	testb	$3, 24(%rsp)
	jz	paranoid_entry
	swapgs
	pti_enter_debug
	frame_to_thread
	jmp	trap_entry_user

/*
 * NMI, double fault, machine check, and debug traps in kernel mode: anything may be in %gs and %cr3.  The CPU's own pointer is
 * the word at the end of the stack; the GS base is set from it and put back, whatever it was.  (User level can set its GS base
 * to what looks like a kernel's, so the sign of the base proves nothing.)
 */
	.globl	paranoid_entry
	.type	paranoid_entry, @function
paranoid_entry:
	sub	$8, %rsp
	save_general
	cld
	mov	$MSR_GS_BASE, %ecx
	rdmsr
	mov	%eax, %r12d
	mov	%edx, %r13d
	mov	FRAME_BYTES(%rsp), %rax
	mov	%rax, %rdx
	shr	$32, %rdx
	wrmsr
	pti_enter_paranoid
	mov	%rsp, %rdi
	call	trap_paranoid
	pti_exit_paranoid
	mov	$MSR_GS_BASE, %ecx
	mov	%r12d, %eax
	mov	%r13d, %edx
	wrmsr
	add	$8, %rsp
	restore_general
	add	$24, %rsp
	iretq

	.section .note.GNU-stack, "", @progbits
