/* SPDX-License-Identifier: BSD-2-Clause */
/* Makes a program of the archive into a space with a thread that can be started. */
#pragma once

#include <l4/rpc.h>
#include "memory.h"
#include "plan.h"

#define SLOTS_GIVEN	64		/* capabilities that a program can be given: the first page of its table */

/* A program that runs. */
struct instance {
	uint64_t badge;			/* of all its capabilities to servers; 0: it does not run */
	uint64_t space, thread, context; /* slots; the last for a program with a budget */
	uint64_t words;			/* slot: the endpoint that is asked for its last words; 0: none */
	uint64_t vector;		/* where its stack begins */
	struct memory memory;		/* its image, and its stack */
	unsigned given;			/* its slots from 1 on that are taken */
	char environment[1024];		/* NAME=SLOT, each terminated */
	unsigned environment_bytes;
};

/* The boot archive and what the machine is, where this program has them, to be read. */
enum status load_archive(struct instance *i);

/* Its space, with a pool, and nothing in it. */
enum status load_space(struct instance *i, const struct plan_program *p);

/* A copy of the capability FROM, with RIGHTS and, when it is not 0, BADGE, under NAME. */
enum status load_give(struct instance *i, const char *name, uint64_t from, unsigned rights, uint64_t badge);

/* PAGES of the instance's memory, from page FIRST on, come to ADDRESS of its space, and BLANK pages of zeroes behind them. */
typedef enum status load_pages(struct instance *i, uint64_t address, uint64_t pages, unsigned rights, uint64_t first, uint64_t blank);

/* Mapped at once.  BLANK is 0: zeroes are memory as well. */
load_pages load_mapped;

/*
 * Its image by way of MAP, with memory for what the file has alone when SPARSE, and its stack, with arguments; its thread, stopped.
 */
enum status load_image(struct instance *i, const struct plan_program *p, load_pages *map, bool sparse);

/* The same without filling: MAP is told once more. */
enum status load_tell(struct instance *i, const struct plan_program *p, load_pages *map, bool sparse);

/* From its entry on. */
enum status load_start(struct instance *i, const struct plan_program *p);

/* Space, thread and memory are gone. */
void load_undo(struct instance *i);
