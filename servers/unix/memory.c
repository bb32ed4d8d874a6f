/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Memory of the server: blocks of 2 MiB from sigma0, for the arena and for page frames, and kernel memory for programs' spaces, which its own pool lends.
 */
#include <stdlib.h>
#include <string.h>
#include <janus/slots.h>
#include <l4/stubs.h>
#include <l4/thread.h>
#include <servers/sigma0.h>
#include "host.h"

#define BLOCK_BITS	21
#define BLOCK		(1ul << BLOCK_BITS)
#define BLOCK_PAGES	(BLOCK / UNIX_PAGE)
#define LENT_AT_ONCE	4		/* pages */
#define RESERVE		32ul		/* pages: of processes that there are, when there can be no more of them */

static uint64_t sigma0;
static uint64_t arena_used, arena_end;	/* bytes */
static page_t page_end = BLOCK_PAGES;	/* page frames have numbers from that of the second block on */
static page_t page_limit;
static page_t free_page;		/* linked through their first word */
static uint64_t kmem;			/* pages of kernel memory: its own, and what it lent */
static uint64_t reserve, reserved;	/* a space, and pages of these that it has set aside */

static bool
block_take(uint64_t address)
{
	struct rpc_page page = { .address = address, .size = BLOCK_BITS };
	uint64_t block;

	return sigma0_take(sigma0, BLOCK_BITS, 0, 0, &block, &page) == OK && page.size == BLOCK_BITS;
}

/* --- the arena ------------------------------------------------------------------------------------------------------------------- */

void *
host_shared_alloc(size_t bytes)
{
	while (arena_used + bytes > arena_end) {
		if (arena_end == UNIX_ARENA_LIMIT || !block_take(UNIX_ARENA + arena_end))
			return NULL;
		arena_end += BLOCK;
	}
	arena_used += bytes;
	return (char *)UNIX_ARENA + arena_used - bytes;
}

bool
memory_is_arena(const void *at, size_t bytes)
{
	uintptr_t offset = (uintptr_t)at - UNIX_ARENA;

	return offset < arena_used && bytes <= arena_used - offset;
}

/* --- page frames ------------------------------------------------------------------------------------------------------------------- */

/* All that this server can ever have: the arena takes a part of it. */
page_t
host_page_end(void)
{
	return page_limit;
}

static page_t block_used = BLOCK_PAGES;	/* pages before it have been taken once */
static page_t taken;

page_t
host_pages_taken(void)
{
	return taken;
}

/* Page frames and kernel memory, since a process takes of both. */
void
host_memory(uint64_t *total, uint64_t *free)
{
	uint64_t pages = 0, unused = 0;

	call_kmem_info(SLOT_OWN, &pages, &unused);
	*total = (page_limit - BLOCK_PAGES + kmem) * UNIX_PAGE;
	*free = (page_limit - BLOCK_PAGES - taken + unused + reserved + space_kept()) * UNIX_PAGE - arena_end;
}

/* All of them enter the kernel. */
bool
host_calls(uint64_t *all, uint64_t *without_kernel)
{
	return false;
}

page_t
host_page_take(void)
{
	page_t page = free_page;

	if (page) {
		free_page = *(page_t *)page_at(page);
		taken++;
		return page;
	}
	if (block_used == page_end) {
		if (page_end == page_limit || !block_take((uintptr_t)page_at(page_end)))
			return 0;
		page_end += BLOCK_PAGES;
	}
	taken++;
	return block_used++;
}

void
host_page_give(page_t page)
{
	*(page_t *)page_at(page) = free_page;
	free_page = page;
	taken--;
}

/* --- kernel memory --------------------------------------------------------------------------------------------------------------------- */

void
memory_reserve(void)
{
	while (reserved < RESERVE && call_space_lend(reserve, LENT_AT_ONCE) == OK)
		reserved += LENT_AT_ONCE;
}

static bool
reserve_use(void)
{
	uint64_t taken = 0;

	if (reserved)
		call_space_reclaim(reserve, LENT_AT_ONCE, &taken);
	reserved -= taken;
	return taken;
}

static void
reserve_begin(void)
{
	reserve = slot_take();
	if (!reserve || call_space_create(reserve))
		abort();
	memory_reserve();
}

bool
memory_lend(uint64_t space)
{
	enum status status;

	do
		status = call_space_lend(space, LENT_AT_ONCE);
	while (status == ERR_NO_KMEM && (space_release() || reserve_use()));
	return status == OK;
}

/* --- all of it ------------------------------------------------------------------------------------------------------------------------- */

void
memory_init(void)
{
	uint64_t total = 0, unused = 0, mine = 0, limit = 0, idle;

	sigma0 = environment_slot("sigma0");
	if (!sigma0 || sigma0_usage(sigma0, &total, &unused, &mine, &limit) || call_kmem_info(SLOT_OWN, &kmem, &idle))
		abort();
	uint64_t pages = limit < mine + unused ? limit - mine : unused;
	page_limit = (page_t)(BLOCK_PAGES + (pages & -BLOCK_PAGES));
	reserve_begin();
}
