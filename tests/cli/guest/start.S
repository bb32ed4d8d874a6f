/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The way into the stand-in guest: PVH and Multiboot2 both enter here in
 * 32-bit protected mode.  The first 4 GiB are mapped one to one, writable and
 * reachable from user mode, and guest_main(magic, info) runs in long mode.
 */
#define STACK_SIZE 16384

	.section .note.pvh, "a", @note
	.long	4, 4, 18			/* XEN_ELFNOTE_PHYS32_ENTRY */
	.asciz	"Xen"
	.long	start

	.section .multiboot, "a"
	.balign	8
multiboot:
	.long	0xe85250d6, 0, multiboot_end - multiboot
	.long	-(0xe85250d6 + multiboot_end - multiboot)
	.balign	8
	.short	6, 0				/* modules aligned to pages */
	.long	8
	.balign	8
	.short	0, 0
	.long	8
multiboot_end:

	.text
	.code32
	.globl	start
start:
	cld
	mov	$stack + STACK_SIZE, %esp
	mov	%eax, %edi			/* loader's magic, PVH: none */
	mov	%ebx, %esi			/* loader's information */

	mov	$tables + 0x1007, %eax
	mov	%eax, tables			/* one entry, one gigabyte each */
	mov	$tables + 0x1000, %edx
	mov	$0x87, %eax
1:	mov	%eax, (%edx)
	add	$8, %edx
	add	$0x40000000, %eax
	jnc	1b

	mov	$0x20, %eax
	mov	%eax, %cr4
	mov	$tables, %eax
	mov	%eax, %cr3
	mov	$0xc0000080, %ecx
	rdmsr
	or	$0x101, %eax			/* LME, SCE */
	wrmsr
	mov	$0x80010011, %eax
	mov	%eax, %cr0
	lgdt	descriptor
	ljmp	$0x08, $long_mode

	.code64
long_mode:
	mov	$0x10, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	xor	%ebp, %ebp
	call	guest_main
	hlt

/* void enter_user(uint64_t entry, uint64_t stack) */
	.globl	enter_user
enter_user:
	pushq	$0x1b
	pushq	%rsi
	pushq	$2
	pushq	$0x23
	pushq	%rdi
	xor	%ebp, %ebp
	iretq

	.data
	.balign	8
gdt:
	.quad	0
	.quad	0x00af9b000000ffff		/* 08 kernel code */
	.quad	0x00cf93000000ffff		/* 10 kernel data */
	.quad	0x00cff3000000ffff		/* 1b user data */
	.quad	0x00affb000000ffff		/* 23 user code */
descriptor:
	.short	descriptor - gdt - 1
	.long	gdt

	.bss
	.balign	4096
tables:
	.skip	8192
stack:
	.skip	STACK_SIZE

	.section .note.GNU-stack, "", @progbits
