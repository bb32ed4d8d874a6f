/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the manifest asks of init: each program with its settings, checked as a whole before anything is started.  docs/exo/libos.md is the reference
 * of the settings.  Pure reading: no system call, so that the host tests all of it.
 */
#pragma once

#include <stdbool.h>
#include <exo/init.h>
#include <janus/archive.h>
#include <janus/elf.h>
#include <janus/manifest.h>
#include <janus/setting.h>

#define PLAN_PROGRAMS	16
#define PLAN_USES	INIT_USES
#define PLAN_WORD	32		/* bytes of a program's name, its terminator included */

struct plan_program {
	struct manifest_program text;	/* name, path, arguments, and what the settings were read from */
	struct elf_program elf;
	unsigned line;
	uint64_t kmem, memory;		/* pages: of kernel memory, and that it may hold itself */
	uint64_t slices;		/* positions of the vector */
	uint64_t restart;		/* times that it is begun again when it died */
	bool main;			/* the machine ends when all such programs have */
	bool archive;			/* it reads the boot archive, and what stands behind this on its line, itself */
	unsigned uses, clients;
	unsigned use[PLAN_USES];	/* programs of earlier lines: there are channels to them */
	struct setting_range ports, irq;	/* count 0: none */
	struct setting_range device;	/* pages of device memory; the same */
};

struct plan {
	unsigned programs;
	struct plan_program program[PLAN_PROGRAMS + 1];	/* the last is room to read into */
	unsigned line;			/* after ERR_BAD_VALUE: where, 0: the archive; */
	const char *problem;		/* what is wrong there, */
	char word[PLAN_WORD + 4];	/* and with which word */
};

/* Read the manifest of ARCHIVE.  Its first program, which is the reader, is left out.  OK, or ERR_BAD_VALUE with line, problem and word. */
enum status plan_read(struct plan *plan, struct archive *archive);

/* The number of the program of that name; plan->programs: there is none. */
unsigned plan_find(const struct plan *plan, const char *name);
