/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The user part of an address space.
 *
 *   0x0000_0000_0000_0000  never mapped (one page)
 *   0x0000_0000_0000_1000  USER_START
 *          ...             the program's own
 *   0x0000_7fff_ffff_f000  USER_END: the last page below the non-canonical hole is never mapped, so that the address behind a
 *                          `syscall` instruction is always canonical
 */
#pragma once

#define USER_START		0x0000000000001000ul
#define USER_END		0x00007ffffffff000ul

/* What the kernel maps into the first program. */
#define USER_BOOTINFO		0x00007fff00000000ul	/* struct bootinfo, read-only */
#define USER_ARCHIVE		0x00007ffe00000000ul	/* the page that the boot archive begins in, read-only */
#define USER_TRACE		0x00007ffc00000000ul	/* the trace ring, read-only, in a kernel that has one */
#define USER_STACK_TOP		0x00007ffd00000000ul	/* first thread's stack ends here */
#define USER_STACK_BYTES	0x0000000000010000ul

/* A program's segments end below the page that guards its stack. */
#define USER_PROGRAM_END	(USER_STACK_TOP - USER_STACK_BYTES - 0x1000ul)

#define USER_ELF_MACHINE	62		/* EM_X86_64 */
