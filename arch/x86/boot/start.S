/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's first instructions, in 32-bit protected mode without paging: from a PVH loader (QEMU -kernel) or a
 * Multiboot2 loader (GRUB).  Both leave by arch_boot(magic, info) in the upper half, and then by kmain() on the guarded stack.
 *
 * The tables made here are for boot alone (paging.c makes the final ones): the first 4 GiB at physical addresses and at DIRECT_BASE,
 * the first 1 GiB at KERNEL_BASE.
 */
#include "arch/x86/boot/loader.h"
#include "arch/x86/layout.h"

#define PHYSICAL(symbol)	((symbol) - KERNEL_BASE)

#define CR0_PAGING_PROTECT	0x80010000	/* PG, WP */
#define CR0_CACHES_OFF		0x60000000	/* CD, NW */
#define CR4_PAE			0x20
#define MSR_EFER		0xc0000080
#define EFER_LME_NXE		0x900
#define RFLAGS_ID		0x200000
#define FEATURE_LONG_MODE	29		/* bits of edx of leaf 0x80000001 */
#define FEATURE_NO_EXECUTE	20
#define BOOT_ENTRY		0x03		/* present, writable */
#define BOOT_LARGE		0x83		/* present, writable, 2 MiB */
#define BOOT_DIRECTORIES	4		/* 1 GiB each */
#define BOOT_STACK_BYTES	0x4000

/* How a PVH loader finds start_pvh. */
	.section .note.pvh, "a", @note
	.balign	4
	.long	4, 8, 18			/* name, descriptor bytes; XEN_ELFNOTE_PHYS32_ENTRY */
	.asciz	"Xen"
	.quad	start_pvh

/* How a Multiboot2 loader knows that this is for it, and what it is to do. */
	.section .boot.header, "a"
	.balign	8
header:
	.long	MULTIBOOT2_HEADER_MAGIC, 0, header_end - header
	.long	-(MULTIBOOT2_HEADER_MAGIC + (header_end - header))
	.short	5, 1				/* framebuffer, optional: any size, 32 bits */
	.long	20, 0, 0, 32
	.balign	8
	.short	6, 0				/* modules on page boundaries */
	.long	8
	.short	0, 0				/* end */
	.long	8
header_end:

	.section .boot.text, "ax"
	.code32
start_pvh:
	mov	$PVH_MAGIC, %eax

	.globl	start32
start32:
	cli
	cld
	mov	$PHYSICAL(boot_stack_top), %esp
	mov	%eax, %ebp			/* magic */
	mov	%ebx, %esi			/* info */
	call	check_processor
	rdtsc
	mov	%eax, PHYSICAL(boot_clock)
	mov	%edx, PHYSICAL(boot_clock) + 4
	call	make_tables
	call	enable_paging
	lgdt	boot_gdt_pointer
	ljmp	$8, $start64

/* Returns only on a processor with long mode and no-execute pages.  Keeps ebp, esi. */
check_processor:
	pushf
	xorl	$RFLAGS_ID, (%esp)		/* a processor without CPUID does not keep this bit */
	popf
	pushf
	pop	%eax
	pushf
	xorl	$RFLAGS_ID, (%esp)
	popf
	pushf
	pop	%ecx
	mov	$message_long_mode, %edi
	cmp	%eax, %ecx
	je	refuse
	mov	$0x80000000, %eax
	cpuid
	cmp	$0x80000001, %eax
	jb	refuse
	mov	$0x80000001, %eax
	cpuid
	bt	$FEATURE_LONG_MODE, %edx
	jnc	refuse
	mov	$message_no_execute, %edi
	bt	$FEATURE_NO_EXECUTE, %edx
	jnc	refuse
	ret

/* The loader has cleared the tables: they are in a section without contents. */
make_tables:
	xor	%ecx, %ecx
	mov	$BOOT_LARGE, %eax
1:	mov	%eax, boot_directory(,%ecx,8)
	add	$0x200000, %eax
	inc	%ecx
	cmp	$(BOOT_DIRECTORIES * 512), %ecx
	jne	1b
	xor	%ecx, %ecx
	mov	$(boot_directory + BOOT_ENTRY), %eax
	mov	%eax, boot_pointers_kernel + (KERNEL_BASE >> 30 & 511) * 8
2:	mov	%eax, boot_pointers(,%ecx,8)
	add	$0x1000, %eax
	inc	%ecx
	cmp	$BOOT_DIRECTORIES, %ecx
	jne	2b
	movl	$(boot_pointers + BOOT_ENTRY), boot_root
	movl	$(boot_pointers + BOOT_ENTRY), boot_root + (DIRECT_BASE >> 39 & 511) * 8
	movl	$(boot_pointers_kernel + BOOT_ENTRY), boot_root + (KERNEL_BASE >> 39 & 511) * 8
	ret

enable_paging:
	mov	$CR4_PAE, %eax			/* and nothing that a loader may have left */
	mov	%eax, %cr4
	mov	$boot_root, %eax
	mov	%eax, %cr3
	mov	$MSR_EFER, %ecx
	rdmsr
	or	$EFER_LME_NXE, %eax
	wrmsr
	mov	%cr0, %eax
	and	$~CR0_CACHES_OFF, %eax
	or	$CR0_PAGING_PROTECT, %eax
	mov	%eax, %cr0
	ret

/* The processor cannot run this kernel: edi = why.  What core/panic.c and debugexit.c do, in 32 bits. */
refuse:
	mov	$uart_setup, %esi
	mov	$((uart_setup_end - uart_setup) / 2), %ecx
1:	movzbl	(%esi), %edx
	mov	1(%esi), %al
	add	$0x3f8, %edx
	out	%al, %dx
	add	$2, %esi
	loop	1b
2:	mov	(%edi), %bl
	test	%bl, %bl
	jz	4f
	mov	$100000, %ecx			/* polls: the UART may be missing */
	mov	$0x3fd, %edx
3:	in	%dx, %al
	test	$0x20, %al
	loopz	3b
	mov	$0x3f8, %edx
	mov	%bl, %al
	out	%al, %dx
	inc	%edi
	jmp	2b
4:	mov	$(0x10 + EXIT_CODE_BOOT), %eax
	mov	$DEBUG_EXIT_PORT, %edx
	out	%al, %dx
5:	hlt
	jmp	5b

	.code64
start64:
	movabs	$start_upper, %rax
	jmp	*%rax

	.section .boot.rodata, "a"
uart_setup:					/* register, value: 115200 baud, 8 bits, no parity */
	.byte	1, 0x00, 3, 0x80, 0, 0x01, 1, 0x00, 3, 0x03
uart_setup_end:
message_long_mode:
	.ascii	"janus: cannot boot: this processor has no 64-bit mode; janus needs an x86-64 processor (qemu: -cpu max)\n"
	.asciz	"janus: exit 3\n"
message_no_execute:
	.ascii	"janus: cannot boot: this processor has no no-execute pages (NX); switch them on in the firmware's setup (qemu: -cpu max)\n"
	.asciz	"janus: exit 3\n"

	.balign	8
boot_gdt:
	.quad	0
	.quad	0x00af9a000000ffff		/* 64-bit code */
	.quad	0x00cf92000000ffff		/* data */
boot_gdt_pointer:
	.short	. - boot_gdt - 1
	.long	boot_gdt

	.section .boot.bss, "aw", @nobits
	.balign	4096
boot_root:
	.skip	4096
boot_pointers:
	.skip	4096
boot_pointers_kernel:
	.skip	4096
boot_directory:
	.skip	4096 * BOOT_DIRECTORIES

	.text
start_upper:
	mov	$16, %eax
	mov	%eax, %ds
	mov	%eax, %es
	mov	%eax, %ss
	xor	%eax, %eax
	mov	%eax, %fs
	mov	%eax, %gs
	mov	$boot_stack_top, %rsp
	mov	%ebp, %edi
	mov	%esi, %esi
	xor	%ebp, %ebp
	call	arch_boot
	mov	$STACK_TOP(STACK_KERNEL), %rsp
	call	kmain

	.bss
	.balign	16
	.skip	BOOT_STACK_BYTES
boot_stack_top:
	.globl	boot_clock
boot_clock:
	.skip	8

	.section .note.GNU-stack, "", @progbits
