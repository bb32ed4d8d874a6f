/* SPDX-License-Identifier: BSD-2-Clause */
/* Blocks of physical memory, and the memory map with its state within reach. */
#include <stdlib.h>
#include <string.h>
#include "arch/x86/boot/memmap.c"
#include "boot_memory.h"
#include "unit.h"

#define BLOCKS	64

static struct {
	paddr_t base;
	u64 bytes;
	u8 *contents;
} blocks[BLOCKS];
static unsigned block_count;

void
boot_reset(void)
{
	while (block_count)
		free(blocks[--block_count].contents);
	memset(&bootinfo, 0, sizeof(bootinfo));
	entry_count = 0;
	ram_beyond = bytes_dropped = 0;
	chunk_base = chunk_next = chunk_end = 0;
}

u8 *
boot_block(paddr_t pa, const void *contents, u64 bytes)
{
	u8 *copy = calloc(1, bytes ? bytes : 1);

	if (!copy || block_count == BLOCKS)
		abort();
	if (contents)
		memcpy(copy, contents, bytes);
	blocks[block_count].base = pa;
	blocks[block_count].bytes = bytes;
	blocks[block_count++].contents = copy;
	return copy;
}

const void *
boot_window(paddr_t pa, u64 bytes)
{
	for (unsigned i = 0; i < block_count; i++)
		if (pa - blocks[i].base <= blocks[i].bytes && bytes <= blocks[i].bytes - (pa - blocks[i].base))
			return blocks[i].contents + (pa - blocks[i].base);
	return NULL;
}

void
boot_check_regions(void)
{
	u64 end = 0, ram = 0, taken = 0;

	expect(bootinfo.regions <= BOOTINFO_REGIONS);
	for (unsigned i = 0; i < bootinfo.regions; i++) {
		const struct boot_region *r = &bootinfo.region[i];

		expect(r->base >= end && r->bytes && r->bytes <= ~0ul - r->base);
		expect((r->base | r->bytes) % PAGE_SIZE == 0);
		expect(r->kind >= REGION_RAM && r->kind <= REGION_DEVICE);
		expect(i == 0 || r->base > end || r->kind != r[-1].kind);
		end = r->base + r->bytes;
		ram += is_ram(r) ? r->bytes : 0;
		taken += r->kind == REGION_BOOT ? r->bytes : 0;
		expect(!is_ram(r) || end <= RAM_LIMIT);
	}
	expect(bootinfo.ram_bytes == ram && bootinfo.reserved_bytes == taken);
}
