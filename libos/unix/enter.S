/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Upcalls of a program's environment.  What they interrupt is either its program: then all registers go into the task, the handler is over at once, and the core runs
 * on the task's library stack; or the library: then the handler does what is needed and goes back.
 *
 *	UNIX_OWN + 0x0000	struct library_own
 *	         + 0x1000	stack of exceptions in the library, which ends at + 0x2000
 *	         + 0x2000	stack of page faults in the library, which ends at + 0x4000
 *	         + 0x4000	stack of who begins again, which ends at + 0x5000
 */
#include <exo/upcall.h>
#include <janus/preserved.h>
#include <unix/machine.h>
#include "vdso/frame.h"
#include "vdso/frame_pop.h"

#define CALL_AREA	UNIX_OWN
#define FAULT_AREA	(UNIX_OWN + SAVE_BYTES)
#define EXCEPTION_AREA	(UNIX_OWN + 2 * SAVE_BYTES)
#define EVENT_AREA	(UNIX_OWN + 3 * SAVE_BYTES)
#define AGAIN_AREA	(UNIX_OWN + 4 * SAVE_BYTES)
#define OWN_TASK	(UNIX_OWN + 5 * SAVE_BYTES)
#define OWN_STACK	(OWN_TASK + 8)
#define OWN_SCRATCH(area) (OWN_TASK + 16 + ((area) - UNIX_OWN) / 8)	/* a word each */
#define OWN_LATE	(OWN_TASK + 48)
#define OWN_IDLE_STACK	(OWN_TASK + 56)
#define OWN_PROGRAM_STACK (OWN_TASK + 64)
#define OWN_FRAME	(OWN_TASK + 72)
#define EXCEPTION_STACK	(UNIX_OWN + 0x2000)
#define FAULT_STACK	(UNIX_OWN + 0x4000)
#define AGAIN_STACK	(UNIX_OWN + 0x5000)
#define LIBRARY_BYTES	(UNIX_LIBRARY_END - UNIX_LIBRARY)

/* struct registers, in struct task */
#define R		TASK_REGISTERS
#define SET		TASK_SET
#define SET_RAX		(1 << 8)

/* Calls that make a task. */
#define CALL_CLONE	56
#define CALL_VFORK	58
#define CALL_CLONE3	435

/* A signal's frame: its first word has been taken off the stack. */
#define RT_SIGRETURN	15
#define F		(-8)
#define FLAGS_SLOW	(1 << 8 | 1 << 18)	/* traps, and faults of alignment: the library would have them */
#define NEVER_MASKED	(1 << 8 | 1 << 18)	/* SIGKILL, SIGSTOP */
#define SET_SOME	(SET_RAX | 7 << 15)	/* and where it goes on: rip, rflags, rsp */
#define SET_FS_BASE	(1 << 18)
#define SET_BASES	(3 << 18)

#include "registers.h"

/* After a call of the task in rcx that sets rax and nothing else.  What the kernel saved is in the task, where nothing that interrupts this changes it. */
	.macro	CALL_BACK
	mov	R + 64(%rcx), %rax
	mov	R + 72(%rcx), %rdi
	mov	R + 80(%rcx), %rsi
	mov	R + 88(%rcx), %rdx
	mov	R + 96(%rcx), %r10
	mov	R + 104(%rcx), %r8
	mov	R + 112(%rcx), %r9
	push	R + 128(%rcx)
	popfq
	mov	R + 136(%rcx), %rsp
	jmp	*R + 120(%rcx)
	.endm

/* --- a system call of the program's ---------------------------------------------------------------------------------------- */

	.text

/* To the task, and \serve serves it.  What a function of C keeps stays where it is, but for a call that makes another task of it (host_registers). */
	.macro	FOREIGN name, ordinary, serve
	.globl	\name
	.balign	64
1:	je	sigreturn
	lea	-CALL_CLONE(%rax), %ecx
	cmp	$CALL_VFORK - CALL_CLONE, %ecx
	jbe	2f
	cmp	$CALL_CLONE3, %eax
	jne	\ordinary
2:	mov	OWN_TASK, %rcx
	SAVE_KEPT %rcx
	jmp	\ordinary
	.balign	64
\name:
	cmp	$RT_SIGRETURN, %rax
	jae	1b
\ordinary:
	mov	OWN_TASK, %rcx
	SAVE_SCRATCH %rcx
	mov	%rax, R + 64(%rcx)
	SAVED	CALL_AREA, %rcx
	mov	%rcx, %rdi
	mov	OWN_STACK, %rsp
	call	\serve
	.endm

	FOREIGN	foreign_rewriting_entry, foreign_rewriting_ordinary, serve_call_rewriting
	jmp	foreign_served
	FOREIGN	foreign_entry, foreign_ordinary, serve_call
foreign_served:
	mov	OWN_TASK, %rcx
	testl	$~SET_RAX, SET(%rcx)
	jne	continue_set
	testl	$FLAGS_SLOW, R + 128(%rcx)
	jne	continue_set
	CALL_BACK

	.globl	foreign_back, foreign_back_end
foreign_back:
	movq	$0, CALL_AREA + SAVE_BUSY
	mov	$CALL_AREA + SAVE_RFLAGS, %esp
	popfq
	pop	%rsp
	jmp	*CALL_AREA + SAVE_RIP
foreign_back_end:

/* rcx: a task, which goes on here: what a function of C keeps is as its program had it, unless it is to be set. */
continue_set:
	testl	$~SET_SOME, SET(%rcx)
	jne	2f
1:	LOAD_BACK R, CALL_AREA
	LOAD_SCRATCH R
	jmp	foreign_back
2:	testl	$~(SET_SOME | SET_BASES), SET(%rcx)
	jne	continue_whole
	testl	$SET_FS_BASE, SET(%rcx)
	je	1b
	mov	R + 144(%rcx), %rax
	wrfsbase %rax
	jmp	1b

/* void program_continue(struct task *t): by all its registers. */
	.globl	program_continue
program_continue:
	mov	%rdi, %rcx
continue_whole:
	mov	R + 144(%rcx), %rax
	testl	$SET_FS_BASE, SET(%rcx)
	je	1f
	wrfsbase %rax
1:	movl	$0, SET(%rcx)
	LOAD	R, CALL_AREA
	jmp	foreign_back

/* --- the way back from a signal's handler -------------------------------------------------------------------------------------- */

/*
 * The usual one of rt_sigreturn (lib/unix/process/frame.c): no signal waits, nor does one of those that were masked, the handlers' stack has not changed, and the
 * registers can all be loaded here.  As for a plain call, the lock is not taken.  Whatever is not so, or what an instruction here faults on, is the ordinary call: until
 * the end nothing is changed that this does not do, too.
 */
	.globl	sigreturn_begin, sigreturn_end, sigreturn_slow
sigreturn_begin:
sigreturn:
	mov	CALL_AREA + SAVE_RSP, %rsp
	mov	%rsp, OWN_FRAME
	mov	OWN_TASK, %rdi
	cmpq	$0, OWN_LATE
	jne	sigreturn_slow
	cmpq	$0, UNIX_DOMAIN
	jne	sigreturn_slow
	cmpb	$0, TASK_SIGNALLED(%rdi)
	jne	sigreturn_slow
	testb	$CONTEXT_XSTATE, F + FRAME_UCONTEXT(%rsp)
	je	sigreturn_slow
	testl	$FLAGS_SLOW, F + FRAME_RFLAGS(%rsp)
	jne	sigreturn_slow
	mov	F + FRAME_RIP(%rsp), %rax
	shr	$47, %rax
	jne	sigreturn_slow
	mov	F + FRAME_STACK(%rsp), %rax
	cmp	%rax, TASK_STACK_BASE(%rdi)
	jne	sigreturn_slow
	mov	F + FRAME_STACK + 8(%rsp), %eax
	cmp	%eax, TASK_STACK_FLAGS(%rdi)
	jne	sigreturn_slow
	mov	F + FRAME_STACK + 16(%rsp), %rax
	cmp	%rax, TASK_STACK_BYTES(%rdi)
	jne	sigreturn_slow

	mov	F + FRAME_MASK(%rsp), %rax
	and	$~NEVER_MASKED, %rax
	mov	TASK_PROCESS(%rdi), %rdx
	mov	TASK_PENDING(%rdi), %rcx
	or	PROCESS_PENDING(%rdx), %rcx
	mov	%rax, %rdx
	not	%rdx
	test	%rdx, %rcx
	jne	sigreturn_slow
	mov	F + FRAME_FPU(%rsp), %rsi
	mov	%rax, TASK_MASK(%rdi)
	test	%rsi, %rsi
	je	sigreturn_slow
	mov	$-1, %eax
	mov	%eax, %edx
	xrstor64 (%rsi)
	add	$F + FRAME_REGISTERS, %rsp
	POP_FRAME_REGISTERS
	pop	CALL_AREA + SAVE_RSP
	pop	CALL_AREA + SAVE_RIP
	pop	CALL_AREA + SAVE_RFLAGS
	jmp	foreign_back
sigreturn_end:

sigreturn_slow:
	mov	OWN_FRAME, %rcx
	mov	%rcx, CALL_AREA + SAVE_RSP
	mov	$RT_SIGRETURN, %eax
	jmp	foreign_ordinary

/* --- a system call by a stub --------------------------------------------------------------------------------------------------- */

/*
 * From a stub (rewrite.c), which came by a jump: eax is the number, rcx the address behind the `syscall'; the program's stack is not touched.  No way back is registered
 * here, since nothing is kept where an upcall saves.
 */
	.globl	rewritten_entry
	.balign	64
rewritten_entry:
	mov	OWN_TASK, %r11
	SAVE	%r11
	mov	%rax, R + 64(%r11)
	mov	%rcx, R + 120(%r11)
	mov	%rsp, R + 136(%r11)
	mov	OWN_STACK, %rsp
	pushfq
	pop	R + 128(%r11)
	cld
	mov	%r11, %rdi
	call	serve_rewritten
	mov	OWN_TASK, %rcx
	testl	$~SET_RAX, SET(%rcx)
	jne	continue_whole
	CALL_BACK

/*
 * One that only looks (unix_plain), likewise: what C does not keep is on the library stack meanwhile.  It does not take the lock: nobody has it, and the slice goes on for
 * as long as the kernel bears after its end, which is far longer than this.  Where that is not so, or a signal waits, it is a call like all.
 */
	.globl	plain_entry
	.balign	64
plain_entry:
	mov	%rsp, OWN_PROGRAM_STACK
	mov	OWN_STACK, %rsp
	pushfq
	cld
	push	%rdi
	push	%rsi
	push	%rdx
	push	%r10
	push	%r8
	push	%r9
	push	%rcx
	mov	OWN_TASK, %rdi
	cmpq	$0, OWN_LATE
	jne	1f
	cmpq	$0, UNIX_DOMAIN
	jne	1f
	cmpb	$0, TASK_SIGNALLED(%rdi)
	jne	1f
	mov	%eax, %esi
	call	serve_plain
	.macro	PLAIN_BACK
	pop	%rcx
	pop	%r9
	pop	%r8
	pop	%r10
	pop	%rdx
	pop	%rsi
	pop	%rdi
	popfq
	mov	OWN_PROGRAM_STACK, %rsp
	.endm
	PLAIN_BACK
	jmp	*%rcx
1:	PLAIN_BACK
	jmp	rewritten_entry

/* --- where another was --------------------------------------------------------------------------------------------------------- */

	.globl	again_begin, again_library, again_program
again_begin:
	mov	$AGAIN_STACK, %esp
	call	environment_again

/* void again_library(const struct registers *r): interrupted on the way, it is in the library. */
again_library:
	mov	%rdi, %rcx
	mov	144(%rcx), %rax
	wrfsbase %rax
	LOAD	0, AGAIN_AREA
	mov	$AGAIN_AREA + SAVE_RFLAGS, %esp
	popfq
	pop	%rsp
	jmp	*AGAIN_AREA + SAVE_RIP

/* void again_program(void) */
again_program:
	mov	OWN_TASK, %rdi
	mov	OWN_STACK, %rsp
	call	serve_event
	mov	%rax, %rcx
	jmp	continue_whole

/* --- page faults, exceptions, the end of a slice ----------------------------------------------------------------------------- */

/*
 * What \area's handler has interrupted is told by where: the program goes on after \serve, with \all registers if somebody else might go on with them, or those that C keeps
 * left where they are; the library after \mine, on a stack of its own.
 */
	.macro	UPCALL name, area, serve, mine, stack, all
	.globl	\name\()_entry
	.balign	64
\name\()_entry:
	mov	%rax, OWN_SCRATCH(\area)
	mov	\area + SAVE_RIP, %rax
	sub	$UNIX_LIBRARY, %rax
	cmp	$LIBRARY_BYTES, %rax
	jb	1f
	mov	OWN_TASK, %rax
	.if	\all
	SAVE_KEPT %rax
	.endif
	SAVE_SCRATCH %rax
	mov	%r11, R + 48(%rax)
	mov	%rcx, R + 56(%rax)
	mov	%rax, %rcx
	mov	OWN_SCRATCH(\area), %rax
	mov	%rax, R + 64(%rcx)
	mov	\area + SAVE_VECTOR, %rsi
	mov	\area + SAVE_ERROR, %rdx
	mov	\area + SAVE_ADDRESS, %r8
	SAVED	\area, %rcx
	mov	%rcx, %rdi
	mov	%r8, %rcx
	mov	OWN_STACK, %rsp
	call	\serve
	mov	%rax, %rcx
	jmp	continue_set
1:	mov	OWN_SCRATCH(\area), %rax
	.if	\stack
	mov	$\stack, %esp
	push	%rax
	push	%rcx
	push	%rdx
	push	%rsi
	push	%rdi
	push	%r8
	push	%r9
	push	%r10
	push	%r11
	sub	$8, %rsp
	call	\mine
	add	$8, %rsp
	pop	%r11
	pop	%r10
	pop	%r9
	pop	%r8
	pop	%rdi
	pop	%rsi
	pop	%rdx
	pop	%rcx
	pop	%rax
	.else
	movq	$1, OWN_LATE
	.endif
	.globl	\name\()_back, \name\()_back_end
\name\()_back:
	movq	$0, \area + SAVE_BUSY
	mov	$\area + SAVE_RFLAGS, %esp
	popfq
	pop	%rsp
	jmp	*\area + SAVE_RIP
\name\()_back_end:
	.endm

	UPCALL	fault, FAULT_AREA, serve_fault, library_fault, FAULT_STACK, 0
	UPCALL	exception, EXCEPTION_AREA, serve_exception, library_exception, EXCEPTION_STACK, 0
	UPCALL	event, EVENT_AREA, serve_event, none, 0, 1

/* --- library stacks ----------------------------------------------------------------------------------------------------------- */

/* void stack_switch(uint64_t *save, uint64_t sp): save's owner goes on when somebody switches to it. */
	.globl	stack_switch
stack_switch:
	push_preserved
	mov	%rsp, (%rdi)
	mov	%rsi, %rsp
	pop_preserved
	ret

/* void stack_begin(uint64_t *save, uint64_t sp, struct task *t) */
	.globl	stack_begin
stack_begin:
	push_preserved
	mov	%rsp, (%rdi)
	mov	%rsi, %rsp
	mov	%rdx, %rcx
	jmp	continue_whole

/* void idle_begin(void) */
	.globl	idle_begin
idle_begin:
	mov	OWN_IDLE_STACK, %rsp
	call	idle

	.section .note.GNU-stack, "", @progbits
