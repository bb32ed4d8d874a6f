/* SPDX-License-Identifier: BSD-2-Clause */
/* Memory of the root task: see memory.h. */
#include <string.h>
#include <janus/bootinfo.h>
#include <janus/kinds.h>
#include <janus/rt.h>
#include <janus/slots.h>
#include <l4/memory.h>
#include <l4/stubs.h>
#include <servers/a0.h>
#include <servers/sigma0.h>
#include "memory.h"

#define AREA		0x0000100000000000ul	/* where blocks are mapped, one behind the other; addresses of the last are used again */
#define LARGE		(2ul << 20)
#define RESERVE_SHARE	16		/* of RAM, one part in so many stays for pools of kernel memory beyond what is promised */
#define RECORD_BYTES	16		/* of sigma0 for a page, at most */
#define ORDER_LIMIT	21
#define SCRATCH		0x00000ffffffff000ul	/* a page on its way into a pool */
#define STOCK		73728		/* pages of all pools */
#define ALL		(RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE)

static uint64_t sigma0;			/* slot; 0: not yet */
static uint64_t area = AREA;

/* --- sigma0's memory -------------------------------------------------------------------------------------------------------- */

/* The frame at BASE, or any, where it is to be in SPACE, too. */
static enum status
large_map(uint64_t space, uint64_t base, uint64_t address)
{
	uint64_t frame;
	enum status status = call_frame_take(base, FRAME_2M, address, ALL, &frame);

	return status ? status : call_space_map(space, address, address, LARGE / PAGE, ALL);
}

/* Frames of 2 MiB, each where its physical address says, until only the reserve is left.  The kernel has a part of some: they are left out. */
static enum status
region_hand_over(const struct boot_region *r, uint64_t space, uint64_t *left)
{
	uint64_t base = (r->base + LARGE - 1) & -LARGE;
	enum status status = OK;

	for (; base + LARGE <= r->base + r->bytes && *left >= LARGE && !status; base += LARGE) {
		status = large_map(space, base, A0 + base);
		if (status == ERR_NO_FRAME) {
			status = OK;
			continue;
		}
		if (!status)
			status = sigma0_add(sigma0, base / PAGE, LARGE / PAGE);
		*left -= LARGE;
	}
	return status;
}

static uint64_t
physical_end(void)
{
	uint64_t end = 0;

	for (unsigned i = 0; i < rt_bootinfo->regions; i++) {
		const struct boot_region *r = &rt_bootinfo->region[i];
		if (r->kind == REGION_RAM && r->base + r->bytes > end)
			end = r->base + r->bytes;
	}
	return end;
}

static enum status
records_make(uint64_t space, uint64_t pages)
{
	enum status status = OK;

	for (uint64_t at = 0; at < pages * RECORD_BYTES && !status; at += LARGE)
		status = large_map(space, FRAME_ANY, A0_RECORDS + at);
	return status ? status : sigma0_begin(sigma0, pages, rt_bootinfo->colours);
}

enum status
memory_hand_over(uint64_t space, uint64_t server, uint64_t kmem)
{
	uint64_t pages = physical_end() / PAGE, records = (pages * RECORD_BYTES + LARGE - 1) & -LARGE;
	uint64_t reserve = rt_bootinfo->ram_bytes / RESERVE_SHARE + kmem * PAGE + records;
	uint64_t there = rt_bootinfo->ram_bytes - rt_bootinfo->reserved_bytes, left = there > reserve ? there - reserve : 0;

	sigma0 = server;
	enum status status = records_make(space, pages);
	for (unsigned i = 0; i < rt_bootinfo->regions && !status; i++) {
		if (rt_bootinfo->region[i].kind == REGION_RAM)
			status = region_hand_over(&rt_bootinfo->region[i], space, &left);
	}
	return status;
}

/* --- kernel memory: a page that was in a pool is the root task's again when the space goes, and is known by its physical address alone ------ */

static struct {
	uint64_t frame, badge;		/* badge 0: in no pool */
} stock[STOCK];
static unsigned stocked;

static enum status
page_donate(uint64_t space, uint64_t badge, unsigned entry)
{
	uint64_t known = entry < stocked ? stock[entry].frame : FRAME_ANY, frame;
	enum status status = call_frame_take(known, FRAME_4K, SCRATCH, ALL, &frame);

	if (status)
		return status;
	stock[entry].frame = frame;
	stocked += entry == stocked;
	status = call_space_donate_page(space, SCRATCH);
	if (status)
		call_unmap(SLOT_OWN, SCRATCH, 1, 0, true);
	else
		stock[entry].badge = badge;
	return status;
}

enum status
memory_donate(uint64_t space, uint64_t badge, uint64_t pages)
{
	enum status status = OK;

	for (unsigned entry = 0; pages && !status; entry++) {
		if (entry == STOCK)
			return ERR_LIMIT;
		if (entry < stocked && stock[entry].badge)
			continue;
		status = page_donate(space, badge, entry);
		pages--;
	}
	return status;
}

void
memory_donated_back(uint64_t badge)
{
	for (unsigned i = 0; i < stocked; i++) {
		if (stock[i].badge == badge)
			stock[i].badge = 0;
	}
}

/* --- blocks ------------------------------------------------------------------------------------------------------------------ */

/* Before there is sigma0: pages of the kernel, one after the other. */
static enum status
take_early(struct memory_block *b, uint64_t pages)
{
	enum status status = OK;
	uint64_t frame;

	*b = (struct memory_block){ .address = area, .pages = pages };
	for (; pages-- && !status; area += PAGE)
		status = call_frame_take(FRAME_ANY, FRAME_4K, area, ALL, &frame);
	return status;
}

/* One block of at most PAGES, as large as there is. */
static enum status
take_block(struct memory_block *b, uint64_t pages)
{
	unsigned size = PAGE_BITS + 63 - (unsigned)__builtin_clzl(pages);
	enum status status;

	for (size = size < ORDER_LIMIT ? size : ORDER_LIMIT;; size--) {
		uint64_t address = (area + (1ul << size) - 1) & -(1ul << size);
		struct rpc_page page = { .address = address, .size = size };
		status = sigma0_take(sigma0, size, 0, 0, &b->block, &page);
		if (status == OK) {
			area = address + (1ul << size);
			b->address = address;
			b->pages = 1ul << (size - PAGE_BITS);
			return OK;
		}
		if (status != ERR_NO_FRAME || size == PAGE_BITS)
			return status;
	}
}

enum status
memory_take(struct memory *m, uint64_t pages)
{
	enum status status = OK;

	while (pages && !status) {
		if (m->blocks == MEMORY_BLOCKS)
			return ERR_LIMIT;
		struct memory_block *b = &m->block[m->blocks];
		status = sigma0 ? take_block(b, pages) : take_early(b, pages);
		if (status)
			return status;
		m->blocks++;
		pages -= b->pages;
	}
	return status;
}

void
memory_give(struct memory *m)
{
	while (m->blocks && sigma0) {
		const struct memory_block *b = &m->block[--m->blocks];
		if (sigma0_give(sigma0, b->block) == OK && b->address + b->pages * PAGE == area)
			area = b->address;
	}
	m->blocks = 0;
}

char *
memory_page(const struct memory *m, uint64_t index, uint64_t *follow)
{
	const struct memory_block *b = m->block;

	while (index >= b->pages)
		index -= b++->pages;
	*follow = b->pages - index;
	return (char *)(b->address + index * PAGE);
}
