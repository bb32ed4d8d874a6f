/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the manifest asks for: each program with its settings, checked as a whole before anything is started.  docs/l4/manifest.md is the
 * reference of the settings.  Pure reading: no system call, so that the host tests all of it.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <janus/archive.h>
#include <janus/elf.h>
#include <janus/manifest.h>
#include <janus/setting.h>

#define PLAN_PROGRAMS	24
#define PLAN_SERVICES	24
#define PLAN_LIST	8		/* words of a list such as uses=a,b,c */
#define PLAN_NAME	32		/* bytes of a name, its terminator included */
#define PLAN_NONE	(-1)

enum plan_restart { RESTART_NEVER, RESTART_ALWAYS };

struct plan_program {
	struct manifest_program text;	/* name, path and arguments, and what the settings were read from */
	struct elf_program elf;
	unsigned line;
	unsigned priority;
	uint64_t memory, kmem;		/* pages */
	uint64_t budget, period;	/* microseconds of processor time in each so many; 0: without limit */
	enum plan_restart restart;
	bool main;			/* the machine ends with it */
	bool administers;		/* uses=root: may start, stop and replace programs */
	bool start;			/* at once; otherwise when somebody asks for it */
	bool archive;			/* it can read the boot archive, and what the machine is */
	bool grounded;			/* its faults end at a program that has no pager */
	int pager;			/* a service; PLAN_NONE: a fault is an error */
	unsigned serves, uses, ports, irqs, devices;
	int service[PLAN_LIST];		/* indices of services */
	int use[PLAN_LIST];
	struct setting_range port[PLAN_LIST], irq[PLAN_LIST], device[PLAN_LIST];	/* of devices: pages */
};

struct plan {
	uint64_t ram;			/* pages, of which shares are */
	unsigned programs, services;
	struct plan_program program[PLAN_PROGRAMS];
	char service[PLAN_SERVICES][PLAN_NAME];
	unsigned line;			/* after ERR_BAD_VALUE: where, 0: the archive */
	const char *problem;		/* and what is wrong there, */
	char word[PLAN_NAME + 4];	/* and with which word */
};

/*
 * Read the manifest of ARCHIVE for a machine with RAM pages.  Its first program, which is the reader, is left out.  OK, or ERR_BAD_VALUE with line, problem and word.
 */
enum status plan_read(struct plan *plan, struct archive *archive, uint64_t ram);

/* The service of that name; PLAN_NONE. */
int plan_service(const struct plan *plan, const char *name);

/* The program of that name; NULL. */
struct plan_program *plan_program(struct plan *plan, const char *name);
