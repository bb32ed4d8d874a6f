/* SPDX-License-Identifier: BSD-2-Clause */
/* What tests of memory share: frames, spaces with a pool, and accesses that may fault. */
#pragma once

#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>
#include <janus/bootinfo.h>
#include <janus/kinds.h>
#include <probe/own.h>
#include <probe/stubs.h>
#include "tap.h"

#define PAGE		4096ul
#define LARGE		(512 * PAGE)
#define ORDER_2M	9
#define ORDER_1G	18
#define R		RIGHT_READ
#define RW		(RIGHT_READ | RIGHT_WRITE)
#define RX		(RIGHT_READ | RIGHT_EXECUTE)
#define RWX		(RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE)
#define HERE		0x200000000ul		/* addresses of the caller's own space that nothing else uses */
#define THERE		0x300000000ul		/* in other spaces, which are empty */
#define LAST		0x7fffffffe000ul	/* the last page that can be mapped */

enum { A = 32, B, C, SPARE, MANY = 64 };	/* slots */
enum frame_state_of_core { STATE_FREE = 2, STATE_USER, STATE_TABLE = 6 };	/* enum frame_state of core/frame.h */

static inline uint64_t
frames_in(unsigned state)
{
	uint64_t pages = 0;

	call_frame_count(state, &pages);
	return pages;
}

/* Pages of an empty space's tables: with page-table isolation there is a second root. */
static inline unsigned
roots(void)
{
	return rt_bootinfo->features & BOOT_FEATURE_PTI ? 2 : 1;
}

/* PAGES of the caller's go to the pool of the space in SLOT. */
static inline unsigned
donate(unsigned long slot, unsigned pages)
{
	unsigned status = OK;
	uint64_t address;

	while (pages-- && status == OK) {
		status = call_frame_alloc(0, SPARE, &address);
		if (status == OK)
			status = call_kmem_donate(SPARE, slot);
	}
	return status;
}

/* A prepared space in SLOT with PAGES in its pool. */
static inline unsigned
space_make(unsigned long slot, unsigned pages)
{
	uint64_t id;
	unsigned status = call_space_create(slot, &id);

	if (status == OK)
		status = donate(slot, pages);
	return status ? status : call_space_prepare(slot);
}

static inline unsigned
frame_make(unsigned long slot, unsigned order)
{
	uint64_t address;

	return call_frame_alloc(order, slot, &address);
}

/* Pages for slots MANY to MANY + COUNT - 1. */
static inline void
slots_make(unsigned long count)
{
	for (unsigned long slot = MANY; slot < MANY + count; slot++)
		call_cap_grow(PROBE_OWN, slot);
}

static inline unsigned long
mapped(unsigned long slot)
{
	uint64_t id, small = 0, large = 0, huge = 0, tables;

	call_space_info(slot, &id, &small, &large, &huge, &tables);
	return small + large + huge;
}

static inline unsigned long
tables(unsigned long slot)
{
	uint64_t id, small, large, huge, tables = 0;

	call_space_info(slot, &id, &small, &large, &huge, &tables);
	return tables;
}

/* --- accesses of the caller: 0, or 1 when it faulted ------------------------------------------------------------- */

extern jmp_buf access_failed;
void access_init(void);

#define ACCESS(...) ({						\
	bool faulted = setjmp(access_failed);			\
	if (!faulted) {						\
		__VA_ARGS__;					\
	}							\
	(unsigned)faulted;					\
})

static inline unsigned
reading(unsigned long address)
{
	return ACCESS((void)*(volatile unsigned long *)address);
}

static inline unsigned
writing(unsigned long address, unsigned long value)
{
	return ACCESS(*(volatile unsigned long *)address = value);
}

/* A `ret` must be there. */
static inline unsigned
executing(unsigned long address)
{
	return ACCESS(((void (*)(void))address)());
}

/* What user level can do at ADDRESS, where a `ret` is: RIGHT_*. */
static inline unsigned
reach(unsigned long address)
{
	unsigned rights = (reading(address) ? 0 : R) | (executing(address) ? 0 : RIGHT_EXECUTE);

	return rights | (writing(address + 8, 1) ? 0 : RIGHT_WRITE);
}
