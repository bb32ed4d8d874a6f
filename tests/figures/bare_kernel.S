/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A bare kernel whose instructions can be counted by eye, for the tests of the counting plugin. It enters long mode, maps
 * its first 2 MiB twice, for user code at 0 and for itself in the upper half, and runs a few phases in user mode. What
 * the time-stamp counter says of each goes to the debug console (port 0xe9, user mode has IOPL 3) as 32-bit words, in
 * the order of the phases.
 */
#include <janus/marker.h>

#define KERNEL_BASE	0xffffffff80000000
#define STACK_TOP	0x90000
#define NOWHERE		0x40000000	/* mapped by nobody */

	.section .note.pvh, "a", @note
	.align	4
	.long	4, 4, 18
	.asciz	"Xen"
	.long	start

	.text
	.code32
	.global	start
start:
	movl	$pd + 0x7, pdpt_low		/* 2 MiB pages: user in the lower half, */
	movl	$pd + 0x3, pdpt_high + 510 * 8	/* kernel in the upper */
	movl	$pdpt_low + 0x7, pml4
	movl	$pdpt_high + 0x3, pml4 + 511 * 8
	movl	$0x87, pd
	movl	$pml4, %eax
	movl	%eax, %cr3
	movl	$0x620, %eax			/* PAE, OSFXSR, OSXMMEXCPT */
	movl	%eax, %cr4
	movl	$0xc0000080, %ecx		/* EFER: SCE and LME */
	movl	$0x101, %eax
	xorl	%edx, %edx
	wrmsr
	movl	$0x80000011, %eax		/* PG, ET, PE */
	movl	%eax, %cr0
	lgdt	gdt_pointer
	ljmp	$0x08, $start64

	.code64
start64:
	movabs	$KERNEL_BASE + start_high, %rax
	jmp	*%rax

	.global	start_high
start_high:
	xorl	%eax, %eax
	movl	%eax, %ss
	mov	$KERNEL_BASE + STACK_TOP, %rsp
	movb	$0xff, %al			/* no interrupts from the PICs */
	outb	%al, $0x21
	outb	%al, $0xa1
	movl	$0x30, %eax
	ltr	%ax
	lea	idt_pointer(%rip), %rax
	lidt	(%rax)
	movl	$0xc0000081, %ecx		/* STAR */
	xorl	%eax, %eax
	movl	$0x00180008, %edx
	wrmsr
	movl	$0xc0000082, %ecx		/* LSTAR */
	mov	$KERNEL_BASE + syscall_entry, %rax
	mov	%rax, %rdx
	shr	$32, %rdx
	wrmsr
	mov	$user, %rcx
	movl	$0x3002, %r11d			/* IOPL 3 */
	sysretq

/*
 * rax chooses: 0 returns at once; 1 keeps interrupts off for 3,001 instructions, besides a self-check of 10,002 with its last
 * marker; 2 turns them on after 2,000, and looks for one after 2,000 more of 4,000; 3 leaves for an address after 2,000 whose instruction cannot be fetched.
 */
	.global	syscall_entry, stretch_end, page_fault, store, tss
syscall_entry:
	dec	%eax
	js	1f
	jz	2f
	dec	%eax
	jnz	8f
	movl	$1000, %edx
3:	dec	%edx
	jnz	3b
	sti
	cli
	movl	$1000, %edx
4:	dec	%edx
	jnz	4b
	MARKER	MARKER_LOOK
	movl	$1000, %edx
7:	dec	%edx
	jnz	7b
1:	sysretq
2:	movl	$1497, %edx
5:	dec	%edx
	jnz	5b
	MARKER	MARKER_CHECK_BEGIN
	movl	$5000, %edx
6:	dec	%edx
	jnz	6b
	MARKER	MARKER_CHECK_END
	nop
stretch_end:
	sysretq
8:	mov	%rcx, %r13
	movl	$NOWHERE, %ecx
	movl	$1000, %edx
9:	dec	%edx
	jnz	9b
	sysretq

/* Skips the faulting store: 5 instructions.  What could not be fetched goes back to its call after 2,000. */
page_fault:
	cmpl	$NOWHERE, 8(%rsp)
	je	1f
	add	$8, %rsp
	addq	$store_end - store, (%rsp)
	iretq
1:	add	$8, %rsp
	mov	%r13, (%rsp)
	movl	$1000, %edx
2:	dec	%edx
	jnz	2b
	iretq

.macro	PHASE_BEGIN
	rdtsc
	movl	%eax, %r12d
	MARKER	MARKER_PHASE_BEGIN
.endm

/* The counter saw the first rdtsc, the move and both markers besides the phase. */
.macro	PHASE_END
	MARKER	MARKER_PHASE_END
	rdtsc
	subl	%r12d, %eax
	subl	$4, %eax
	.rept	4				/* the port takes bytes */
	outb	%al, $0xe9
	shrl	$8, %eax
	.endr
.endm

user:
	PHASE_BEGIN				/* 1: nothing */
	PHASE_END

	PHASE_BEGIN				/* 2: 2,000,001 in user code */
	movl	$1000000, %ebx
1:	dec	%ebx
	jnz	1b
	PHASE_END

	PHASE_BEGIN				/* 3: 401 in user code, 300 in the kernel */
	movl	$100, %ebx
1:	xorl	%eax, %eax
	syscall
	dec	%ebx
	jnz	1b
	PHASE_END

	PHASE_BEGIN				/* 4: a block left in the middle: 7 begun in user code, 5 in the kernel, */
	nop					/*    and the store never completes */
	nop
	mov	$NOWHERE, %rbx
store:	movl	%ebx, (%rbx)
store_end:
	nop
	nop
	nop
	PHASE_END

	PHASE_BEGIN				/* 5: 1,001 turns of a string instruction, the last to find rcx 0 */
	movl	$1000, %ecx
	mov	$0x80000, %edi
	rep stosb
	PHASE_END

	MARKER	MARKER_PHASE_BEGIN		/* 6: abandoned */
	MARKER	MARKER_PHASE_BEGIN		/* 7: the stretches */
	movl	$1, %eax
	syscall
	movl	$2, %eax
	syscall
	movl	$3, %eax
	syscall
	MARKER	MARKER_PHASE_END
	MARKER	MARKER_PHASE_END		/* ends nothing */

	movl	$0x10, %eax			/* the verdict "success" */
	outl	%eax, $0xf4
1:	jmp	1b

	.data
	.align	16
gdt:	.quad	0
	.quad	0x00209a0000000000		/* 0x08 kernel code */
	.quad	0x0000920000000000		/* 0x10 kernel data */
	.quad	0
	.quad	0x0000f20000000000		/* 0x20 user data */
	.quad	0x0020fa0000000000		/* 0x28 user code */
	.word	103, tss_0_15			/* 0x30 TSS; bare_kernel.ld takes the addresses apart */
	.byte	tss_16_23, 0x89, 0, 0
	.quad	0
gdt_end:
gdt_pointer:
	.word	gdt_end - gdt - 1
	.quad	gdt

	.align	16
idt:	.fill	2 * 14, 8, 0
	.word	page_fault_0_15, 0x08, 0x8e00, page_fault_16_31
	.long	0xffffffff, 0
idt_end:
idt_pointer:
	.word	idt_end - idt - 1
	.quad	KERNEL_BASE + idt

	.align	16
tss:	.long	0
	.quad	KERNEL_BASE + STACK_TOP
	.fill	92, 1, 0

	.bss
	.align	4096
pml4:	.skip	4096
pdpt_low:
	.skip	4096
pdpt_high:
	.skip	4096
pd:	.skip	4096
