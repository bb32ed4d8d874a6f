/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Reads a static ELF64 program that lies in memory: what has to be where before it can run.  Everything is checked before
 * anything is returned, so that whoever loads the program only copies.  core/elf.c is built into the kernel and into rt, and
 * needs neither.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <janus/status.h>

#define ELF_SEGMENTS	16		/* that a program can have in memory */

struct elf_segment {
	uint64_t address, bytes;	/* in memory; what the file does not fill is 0 */
	const unsigned char *data;
	uint64_t data_bytes;		/* at most bytes */
	unsigned rights;		/* RIGHT_READ, with RIGHT_WRITE or RIGHT_EXECUTE, never both */
};

struct elf_program {
	uint64_t entry;			/* in an executable segment */
	uint64_t pages;			/* of 4 KiB, that the segments touch */
	unsigned segments;
	struct elf_segment segment[ELF_SEGMENTS]; /* in ascending order; no two touch the same page */
};

/*
 * Check the BYTES bytes of a program at IMAGE, of any alignment, and say what it needs.  All segments lie within the pages of
 * [USER_START, USER_PROGRAM_END).  ERR_BAD_VALUE: *problem is what is wrong with the file, and what would help.
 */
enum status elf_read(const void *image, size_t bytes, struct elf_program *program, const char **problem);
