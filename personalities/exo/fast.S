/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * exo's fast entry: the null call, protected control transfer to a parked environment, yield_to, calls from outside the library OS, and the ways to
 * binding a page (trace/off/bind.S), protecting one (binding.c) and allocating a frame (frames.c).
 *
 * A transfer changes the program counter and the space, and nothing else: the caller's registers are the message, FPU state and segment
 * bases included.  What changes is rip (the target's entry), rflags (clean), rcx and r11 (as sysret leaves them) and rax, the
 * caller's name, which the kernel vouches for.  The target runs on the caller's share; the caller is parked by that.
 *
 * Before the commit line nothing is changed: everything unusual goes to sys_transfer (share.c), which has the same result.
 */
#include "arch_offsets.h"
#include "arch_save.h"
#include "personalities/exo/offsets.h"
#include <exo/calls.h>
#include <exo/upcall.h>

#define RFLAGS_INITIAL	0x202

/* Allocation, protection, in C: the argument registers are in memory as the call has them, and its results there afterwards. */
	.macro	in_c function, call
	mov	%gs:CPU_STACK, %rsp
	save_six
	mov	%rsp, %rdi
	call	\function
	restore_six
	mov	%gs:CPU_CURRENT, %rsp
	xor	$1, %eax			/* OK, or not done */
	jz	syscall_exit_fast
	mov	$\call, %eax
	jmp	syscall_full
	.endm

	.section .entry.text.fast, "ax"
	.globl	personality_syscall_fast
	.type	personality_syscall_fast, @function
personality_syscall_fast:
	sub	ENV_LIBRARY_BEGIN(%rsp), %rcx		/* which is rip */
	cmp	ENV_LIBRARY_BYTES(%rsp), %rcx
	jae	foreign
	cmp	$CALL_TRANSFER, %rax
	jne	other

	/* Whom: %rcx = the thread that rdi names.  It must be parked. */
	mov	%edi, %ecx
	and	$NAME_OFFSET, %ecx
	cmp	%rdi, exo_names + NAME_FAST(%rcx)
	jne	syscall_full
	mov	exo_names + NAME_THREAD(%rcx), %rcx
	cmpq	$0, ENV_SHARE(%rcx)
	jne	syscall_full

	/* --- commit: the share goes over; the caller is parked --- */
	mov	ENV_SHARE(%rsp), %r11
	movq	$0, ENV_SHARE(%rsp)
	mov	%r11, ENV_SHARE(%rcx)
	mov	%rcx, SHARE_RUNS(%r11)

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

other:
	test	%rax, %rax
	jnz	1f
	jmp	syscall_exit_fast
1:	cmp	$CALL_BIND, %rax
	je	bind
	cmp	$CALL_YIELD_TO, %rax
	jne	2f

	/*
	 * yield_to: %rcx = the thread that rdi names, if it left the same way and nothing is to be told to it.  Its general registers are not kept but those that
	 * a return from `syscall` needs; it finds the caller's in the others.
	 */
	mov	%edi, %ecx
	and	$NAME_OFFSET, %ecx
	cmp	%rdi, exo_names + NAME_FAST(%rcx)
	jne	syscall_full
	mov	exo_names + NAME_THREAD(%rcx), %rcx
	cmpq	$0, ENV_RESUMABLE(%rcx)
	je	syscall_full

	/* --- commit: it runs in this turn; the caller can be gone on with --- */
	movq	$0, ENV_RESUMABLE(%rcx)
	movq	$1, ENV_RESUMABLE(%rsp)
	movq	$FRAME_SYSRET, FRAME_VALID(%rsp)
	movq	$0, FRAME_RAX(%rsp)

	mov	$-1, %eax			/* every component of the FPU; %edx is the upper half, of which there are none */
	xsave64	THREAD_FPU_AREA(%rsp)
	xrstor64 THREAD_FPU_AREA(%rcx)
	rdfsbase %rax
	mov	%rax, THREAD_FS_BASE(%rsp)
	mov	THREAD_FS_BASE(%rcx), %rax
	wrfsbase %rax

	mov	%rcx, %gs:CPU_CURRENT
	lea	FRAME_BYTES(%rcx), %rax
	mov	%rax, %gs:CPU_RSP0
	mov	THREAD_CR3(%rcx), %rax
	mov	%rax, %cr3

	swapgs
	rdgsbase %rax
	mov	%rax, THREAD_GS_BASE(%rsp)
	mov	THREAD_GS_BASE(%rcx), %rax
	wrgsbase %rax
	xor	%eax, %eax
	mov	FRAME_RFLAGS(%rcx), %r11
	mov	FRAME_RSP(%rcx), %rsp
	mov	FRAME_RIP(%rcx), %rcx
	sysretq

	/* Most others have higher numbers. */
2:	cmp	$CALL_PROTECT, %rax
	ja	syscall_full
	je	protect
	cmp	$CALL_FRAME_ALLOC, %rax
	jne	syscall_full
	in_c	frame_alloc_fast, CALL_FRAME_ALLOC
protect:
	cmp	$1, %rsi			/* page: a range is long enough without being declined */
	jne	syscall_full
	in_c	protect_fast, CALL_PROTECT

	/* From outside the library OS: its handler is told which call, and where; all registers but rcx and r11 are as they were. */
foreign:
	cmpl	$0, ENV_CALL + CONTEXT_HOLD_TYPE(%rsp)
	je	syscall_full
	mov	ENV_CALL + CONTEXT_AREA(%rsp), %rcx
	cmpq	$0, SAVE_BUSY(%rcx)
	jne	syscall_full
	movq	$1, SAVE_BUSY(%rcx)
	mov	%rax, SAVE_VECTOR(%rcx)
	mov	FRAME_RIP(%rsp), %r11
	mov	%r11, SAVE_RIP(%rcx)
	mov	FRAME_RFLAGS(%rsp), %r11
	mov	%r11, SAVE_RFLAGS(%rcx)
	mov	FRAME_RSP(%rsp), %r11
	mov	%r11, SAVE_RSP(%rcx)
	mov	ENV_CALL + CONTEXT_HANDLER(%rsp), %rcx
	mov	%r11, %rsp
	mov	$RFLAGS_INITIAL, %r11d
	swapgs
	sysretq
	.size	personality_syscall_fast, . - personality_syscall_fast

	.section .note.GNU-stack, "", @progbits
