/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way through the door.  What is in section .stub is one page of code that is in each program's environment; it finds everything by absolute addresses, and
 * jumps only within itself.
 */
#include <exo/batch.h>
#include <exo/calls.h>
#include <janus/preserved.h>
#include <unix/machine.h>
#include "libos/unix/protected/door.h"

#define R		0		/* struct registers, in the door */
#define FS_BASE		(R + 144)

#define CALL_AREA	UNIX_AREAS
#define FAULT_AREA	(UNIX_AREAS + SAVE_BYTES)
#define EXCEPTION_AREA	(UNIX_AREAS + 2 * SAVE_BYTES)
#define EVENT_AREA	(UNIX_AREAS + 3 * SAVE_BYTES)
#define SERVER		(UNIX_AREAS + 4 * SAVE_BYTES)	/* its name */
#define LATE		(SERVER + 8)		/* the slice ended here */
#define FAULT_RAX	(SERVER + 16)
#define EXCEPTION_RAX	(SERVER + 24)
#define EVENT_RAX	(SERVER + 32)

#define WIRED_READ_WRITE 0x103			/* of a bind */

#include "libos/unix/registers.h"

	.section .stub, "ax", @progbits
	.balign	4096

/* The first instructions of an environment: rdi is the server's name.  What fails stops it, since nobody is told of exceptions yet. */
	.globl	stub_begin
stub_begin:
	mov	%rdi, %rbx
	xor	%edi, %edi
	xor	%esi, %esi
	xor	%edx, %edx
	mov	$CALL_FRAME_ALLOC, %eax
	syscall
	test	%eax, %eax
	jne	1f
	mov	%rsi, %rdx
	mov	%rdi, %rsi
	mov	$UNIX_AREAS, %edi
	mov	$WIRED_READ_WRITE, %r10d
	mov	$CALL_BIND, %eax
	syscall
	test	%eax, %eax
	jne	1f
	mov	%rbx, SERVER
	mov	$UNIX_DOOR + DOOR_CALLS, %edi
	mov	$DOOR_BEGINNING, %esi
	mov	$BATCH_STOP, %edx
	mov	$CALL_BATCH, %eax
	syscall
	test	%rdi, %rdi			/* how many were not made */
	jne	1f
	cmpq	$0, UNIX_DOOR + DOOR_CALLS + (DOOR_BEGINNING - 1) * 64
	je	answered
1:	ud2

/* A system call of the program's. */
	.globl	stub_call
	.balign	64
stub_call:
	mov	$UNIX_DOOR, %ecx
	SAVE	%rcx
	mov	%rax, R + 64(%rcx)
	SAVED	CALL_AREA, %rcx
	movl	$COME_CALL, DOOR_COMES(%rcx)

/* All but the FS base is in the door. */
come:
	rdfsbase %rax
	mov	%rax, UNIX_DOOR + FS_BASE
yield:
	mov	SERVER, %rdi
	mov	$CALL_YIELD_TO, %eax
	syscall
answered:
	mov	$UNIX_DOOR, %ecx
	mov	DOOR_GOES(%rcx), %ebx
	test	%ebx, %ebx
	je	yield
	movl	$0, DOOR_GOES(%rcx)
	cmp	$GO_ON, %ebx
	jne	floating
on:	mov	FS_BASE(%rcx), %rax
	wrfsbase %rax
	cmpq	$0, LATE
	jne	late
	LOAD	R, CALL_AREA
	.globl	stub_back, stub_back_end
stub_back:
	movq	$0, CALL_AREA + SAVE_BUSY
	mov	$CALL_AREA + SAVE_RFLAGS, %esp
	popfq
	pop	%rsp
	jmp	*CALL_AREA + SAVE_RIP
stub_back_end:

/* The program is where the server put it, and others are before it. */
late:
	movq	$0, LATE
	movl	$COME_END, DOOR_COMES(%rcx)
	jmp	yield

floating:
	mov	$-1, %eax
	mov	$-1, %edx
	test	$GO_BASIC, %bl
	jne	2f
	test	$GO_KEEP, %bl
	jne	1f
	xrstor64 DOOR_FLOATING(%rcx)
	jmp	on
1:	xsave64	DOOR_FLOATING(%rcx)
	jmp	4f
2:	test	$GO_KEEP, %bl
	jne	3f
	fxrstor64 DOOR_FLOATING(%rcx)
	jmp	on
3:	fxsave64 DOOR_FLOATING(%rcx)
4:	movl	$COME_FLOATING, DOOR_COMES(%rcx)
	jmp	yield

/* All registers of the program, of which the kernel saved some in \area, and rax is in \rax. */
	.macro	INTERRUPTED area, rax, comes
	mov	%rcx, UNIX_DOOR + R + 56
	mov	$UNIX_DOOR, %ecx
	SAVE	%rcx
	mov	%r11, R + 48(%rcx)
	mov	\rax, %rax
	mov	%rax, R + 64(%rcx)
	mov	\area + SAVE_VECTOR, %rax
	mov	%rax, DOOR_VECTOR(%rcx)
	mov	\area + SAVE_ERROR, %rax
	mov	%rax, DOOR_ERROR(%rcx)
	mov	\area + SAVE_ADDRESS, %rax
	mov	%rax, DOOR_ADDRESS(%rcx)
	SAVED	\area, %rcx
	movl	$\comes, DOOR_COMES(%rcx)
	jmp	come
	.endm

	.globl	stub_fault
	.balign	64
stub_fault:
	mov	%rax, FAULT_RAX
	INTERRUPTED FAULT_AREA, FAULT_RAX, COME_FAULT

	.globl	stub_exception
	.balign	64
stub_exception:
	mov	%rax, EXCEPTION_RAX
	INTERRUPTED EXCEPTION_AREA, EXCEPTION_RAX, COME_EXCEPTION

/* The slice is over: in here, that is told on the way back. */
	.globl	stub_event
	.balign	64
stub_event:
	mov	%rax, EVENT_RAX
	mov	EVENT_AREA + SAVE_RIP, %rax
	sub	$UNIX_STUB, %rax
	cmp	$4096, %rax
	jae	1f
	mov	EVENT_RAX, %rax
	movq	$1, LATE
	.globl	stub_event_back, stub_event_back_end
stub_event_back:
	movq	$0, EVENT_AREA + SAVE_BUSY
	mov	$EVENT_AREA + SAVE_RFLAGS, %esp
	popfq
	pop	%rsp
	jmp	*EVENT_AREA + SAVE_RIP
stub_event_back_end:
1:	INTERRUPTED EVENT_AREA, EVENT_RAX, COME_END
	.balign	4096

/* enum status door_enter(uint64_t name) */
	.text
	.globl	door_enter
	.type	door_enter, @function
door_enter:
	push_preserved
	xor	%ebx, %ebx
	xor	%ebp, %ebp
	xor	%esi, %esi
	xor	%edx, %edx
	xor	%r8d, %r8d
	xor	%r9d, %r9d
	xor	%r10d, %r10d
	xor	%r12d, %r12d
	xor	%r13d, %r13d
	xor	%r14d, %r14d
	xor	%r15d, %r15d
	mov	$CALL_YIELD_TO, %eax
	syscall
	cld
	pop_preserved
	ret
	.size	door_enter, . - door_enter

	.section .note.GNU-stack, "", @progbits
