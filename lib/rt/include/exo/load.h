/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs into environments.  The pages of the new one stay the loader's: it made them, and frees them when the environment is gone.
 *
 * What the program finds on its stack is what programs find there everywhere: the number of its arguments, the arguments, NULL, its settings as
 * "key=value", NULL.  rt_environment is where the settings are.
 */
#pragma once

#include <exo/pool.h>
#include <janus/elf.h>

#define LOAD_SLICE	32		/* where capabilities are in slots: that of its slice */

struct environment {
	uint64_t slot;			/* capability of its space; the caller's choice, empty before, like slot + LOAD_SLICE */
	uint64_t name;
	struct page_token *page;	/* the loader's pages that are in it */
	unsigned pages, room;
};

struct load {
	const struct elf_program *program;
	const char *const *argument, *const *setting;	/* NULL last; together with the vectors at most a page */
	uint64_t kmem;				/* pages of kernel memory, donated to it */
	uint64_t allowance;			/* pages that it may take itself */
};

/* Make an environment of LOAD in E->slot, which does not run yet.  What goes wrong leaves nothing behind. */
enum status environment_load(struct environment *e, const struct load *load);

/*
 * Let it run from IP on: its program's entry; or a function that wants nothing of a thread block, is given ARGUMENT and does not return.  It runs when
 * somebody gives it time: by a slice, or by yielding to it.
 */
enum status environment_start(const struct environment *e, uint64_t ip, uint64_t argument);

/* A position of the vector more.  Only the first environment may. */
enum status environment_slice(const struct environment *e);

/* Both. */
enum status environment_run(const struct environment *e, uint64_t ip, uint64_t argument);

/* The program that the manifest's first line names, which is who asks.  For the first program only.  ERR_NOT_FOUND: the archive has none. */
enum status program_own(struct elf_program *program);

/* It is gone afterwards, and its pages are with the kernel. */
void environment_end(struct environment *e);

/* The value of KEY among "key=value" words with NULL last; NULL: it is not there. */
const char *setting_find(const char *const *setting, const char *key);
