/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The root task's memory.  Before sigma0 runs it is frames of the kernel, which are never given back; then blocks of sigma0, each mapped at an
 * address of its own.
 */
#pragma once

#include <stdint.h>
#include <janus/status.h>

#define PAGE		4096ul
#define PAGE_BITS	12
#define MEMORY_BLOCKS	48		/* that one program's image is made of */

struct memory_block {
	uint64_t address, pages;
	uint64_t block;			/* sigma0's number */
};

struct memory {
	unsigned blocks;
	struct memory_block block[MEMORY_BLOCKS];
};

/* At least PAGES more cleared pages, in pieces as large as there are. */
enum status memory_take(struct memory *m, uint64_t pages);

/* All of it is sigma0's again, and mapped nowhere. */
void memory_give(struct memory *m);

/* The address of page INDEX, counted over all blocks, and how many follow it in its block. */
char *memory_page(const struct memory *m, uint64_t index, uint64_t *follow);

/* All memory but a reserve for pools, in which KMEM pages are promised, is sigma0's, in SPACE, at the endpoint in SERVER; memory_take asks it from now on. */
enum status memory_hand_over(uint64_t space, uint64_t server, uint64_t kmem);

/* PAGES pages for the pool of SPACE, which the program with BADGE has until its end. */
enum status memory_donate(uint64_t space, uint64_t badge, uint64_t pages);

/* The space is gone: its pool's pages can be another's. */
void memory_donated_back(uint64_t badge);
