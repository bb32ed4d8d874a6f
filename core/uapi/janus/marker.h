/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The marker: how a guest tells tools/qemu-plugin where a phase begins and ends.
 *
 * A marker is the seven-byte nop
 *
 *	0f 1f 80 nn nn 4e 4a	nopl 0x4a4e<n>(%rax)
 *
 * whose displacement carries 'JN' in its upper half and a number in its lower half. The plugin knows it by its bytes when
 * the block that holds it is translated. It touches no register, no flag and no memory, needs no privilege, is the same
 * bytes in 32-bit and 64-bit mode, and means nothing to real hardware or to an emulator without the plugin: one program
 * is measured alike on Janus, on Linux and on a bare machine.
 *
 * The header needs nothing, not even a C library, and serves C and assembler.
 */
#pragma once

#define MARKER_BASE		0x4a4e0000

#define MARKER_PHASE_BEGIN	1	/* what is counted begins after this instruction */
#define MARKER_PHASE_END	2	/* and ends before this one */
#define MARKER_CHECK_BEGIN	3	/* in the kernel: what follows is a self-check, not part of a stretch with interrupts off */
#define MARKER_CHECK_END	4
#define MARKER_LOOK		5	/* in the kernel: it has looked for a waiting interrupt and found none, which ends a stretch too */
					/* 0 and 6 to 0xffff are reserved; the plugin ignores them */

#ifdef __ASSEMBLER__

.macro	MARKER number
	.byte	0x0f, 0x1f, 0x80
	.long	MARKER_BASE | \number
.endm

#else

/* The memory clobber keeps the compiler from moving the measured work across the marker. */
#define MARKER(number) \
	__asm__ volatile (".byte 0x0f, 0x1f, 0x80; .long %c0" : : "i" (MARKER_BASE | (number)) : "memory")

#endif
