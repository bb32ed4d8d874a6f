/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The memory map: entries of any order and overlap become regions, ascending and apart.
 *
 *   entries    RAM      |------------------------------|      |---------|
 *              reserved          |----|   |--------|
 *   edges               ^        ^    ^   ^        ^   ^      ^         ^
 *   regions             |  RAM   |res.|RAM|  res.  |RAM|      |   RAM   |
 *
 * Where entries overlap the strongest kind wins, so that nothing that is called RAM here is anything else.  What boot takes is
 * added as entries too.
 */
#include "arch/x86/boot/boot.h"
#include "arch/x86/layout.h"
#include "core/bootinfo.h"
#include "core/log.h"
#include "core/panic.h"

static struct boot_region entries[MEMMAP_ENTRIES];
static unsigned entry_count;
static u64 ram_beyond;			/* bytes of RAM above RAM_LIMIT, not used */
static u64 bytes_dropped;		/* of regions that bootinfo had no room for */

/* Where memmap_alloc takes from, downwards: [chunk_next, chunk_end) is taken, [chunk_base, chunk_next) is free. */
static u64 chunk_base, chunk_next, chunk_end;

static u64
page_down(u64 address)
{
	return address & ~PAGE_MASK;
}

static u64
page_up(u64 address)
{
	return address > ~0ul - PAGE_MASK ? page_down(~0ul) : page_down(address + PAGE_MASK);
}

void
memmap_add(u64 base, u64 bytes, enum region_kind kind)
{
	u64 end = bytes > ~0ul - base ? ~0ul : base + bytes;

	base = kind == REGION_RAM ? page_up(base) : page_down(base);
	end = kind == REGION_RAM ? page_down(end) : page_up(end);
	if (kind == REGION_RAM && end > RAM_LIMIT) {
		u64 cut = base > RAM_LIMIT ? base : RAM_LIMIT;

		ram_beyond += end > cut ? end - cut : 0;
		end = RAM_LIMIT;
	}
	if (base >= end)
		return;
	if (entry_count == MEMMAP_ENTRIES)
		boot_refuse("the firmware's memory map has more than %u entries", MEMMAP_ENTRIES);
	entries[entry_count++] = (struct boot_region){ .base = base, .bytes = end - base, .kind = kind };
}

/* The strongest kind of the entries that cover ADDRESS; 0: none does. */
static u32
kind_at(u64 address)
{
	static const u8 strength[] = {
		[REGION_RAM] = 1, [REGION_BOOT] = 2, [REGION_DEVICE] = 3, [REGION_ACPI] = 4, [REGION_RESERVED] = 5,
	};
	u32 kind = 0;

	for (unsigned i = 0; i < entry_count; i++)
		if (address - entries[i].base < entries[i].bytes && strength[entries[i].kind] > strength[kind])
			kind = entries[i].kind;
	return kind;
}

static bool
is_ram(const struct boot_region *r)
{
	return r->kind == REGION_RAM || r->kind == REGION_BOOT;
}

/* The region that is missed least: a gap between regions is as good as one that is not RAM; then the smallest free RAM. */
static unsigned
region_least(void)
{
	static const u8 worth[] = { [REGION_RAM] = 1, [REGION_BOOT] = 2, [REGION_DEVICE] = 0 };
	const struct boot_region *r = bootinfo.region;
	unsigned least = 0;

	for (unsigned i = 1; i < bootinfo.regions; i++) {
		int more = worth[r[i].kind] - worth[r[least].kind];

		if (more < 0 || (more == 0 && r[i].bytes < r[least].bytes))
			least = i;
	}
	return least;
}

static void
region_append(u64 base, u64 end, u32 kind)
{
	struct boot_region *r = bootinfo.region;
	struct boot_region *last = bootinfo.regions ? &r[bootinfo.regions - 1] : NULL;

	if (last && last->kind == kind && last->base + last->bytes == base) {
		last->bytes += end - base;
		return;
	}
	if (bootinfo.regions == BOOTINFO_REGIONS) {
		unsigned least = region_least();

		bytes_dropped += r[least].bytes;
		for (unsigned i = least + 1; i < bootinfo.regions; i++)
			r[i - 1] = r[i];
		bootinfo.regions--;
	}
	r[bootinfo.regions++] = (struct boot_region){ .base = base, .bytes = end - base, .kind = kind };
}

/* Fill EDGE with where entries begin and end, ascending; returns how many. */
static unsigned
edges_sorted(u64 edge[2 * MEMMAP_ENTRIES])
{
	unsigned count = 0;

	for (unsigned i = 0; i < 2 * entry_count; i++) {
		u64 new = entries[i / 2].base + (i % 2 ? entries[i / 2].bytes : 0);
		unsigned at;

		for (at = count++; at && edge[at - 1] > new; at--)
			edge[at] = edge[at - 1];
		edge[at] = new;
	}
	return count;
}

static void
memory_count(void)
{
	bootinfo.ram_bytes = bootinfo.reserved_bytes = 0;
	for (unsigned i = 0; i < bootinfo.regions; i++) {
		bootinfo.ram_bytes += is_ram(&bootinfo.region[i]) ? bootinfo.region[i].bytes : 0;
		bootinfo.reserved_bytes += bootinfo.region[i].kind == REGION_BOOT ? bootinfo.region[i].bytes : 0;
	}
}

void
memmap_resolve(void)
{
	static u64 edge[2 * MEMMAP_ENTRIES];
	unsigned count = edges_sorted(edge);

	bootinfo.regions = 0;
	bytes_dropped = 0;
	for (unsigned i = 0; i + 1 < count; i++) {
		u32 kind = edge[i] < edge[i + 1] ? kind_at(edge[i]) : 0;

		if (kind)
			region_append(edge[i], edge[i + 1], kind);
	}
	memory_count();
}

void
memmap_take(u64 base, u64 bytes, const char *what)
{
	u64 end = page_up(base + bytes);
	u64 start = page_down(base);

	for (unsigned i = 0; i < bootinfo.regions && base < base + bytes; i++) {
		const struct boot_region *r = &bootinfo.region[i];

		if (r->kind != REGION_RAM || start < r->base || end > r->base + r->bytes)
			continue;
		memmap_add(base, bytes, REGION_BOOT);
		memmap_resolve();
		return;
	}
	boot_refuse("%s at 0x%lx, %lu bytes, is not in free RAM: the loader or its memory map is wrong", what, base, bytes);
}

/* Enter what was taken of the chunk into the map, and go on with the largest free region below LIMIT. */
static void
chunk_choose(u64 limit)
{
	u64 best = 0;

	if (chunk_next < chunk_end)
		memmap_add(chunk_next, chunk_end - chunk_next, REGION_BOOT);
	memmap_resolve();
	chunk_base = chunk_next = chunk_end = 0;
	for (unsigned i = 0; i < bootinfo.regions; i++) {
		const struct boot_region *r = &bootinfo.region[i];
		u64 end = r->base + r->bytes < limit ? r->base + r->bytes : limit;

		if (r->kind != REGION_RAM || end <= r->base || end - r->base <= best)
			continue;
		best = end - r->base;
		chunk_base = r->base;
		chunk_next = chunk_end = end;
	}
}

static bool
chunk_has(u64 bytes, u64 align, u64 limit)
{
	u64 room = chunk_next - chunk_base;

	return chunk_end <= limit && room >= bytes && ((chunk_next - bytes) & ~(align - 1)) >= chunk_base;
}

paddr_t
memmap_alloc(u64 bytes, u64 align, u64 limit)
{
	if (!chunk_has(bytes, align, limit))
		chunk_choose(limit);
	if (!chunk_has(bytes, align, limit))
		boot_refuse("no %lu KiB of RAM in one piece are left for the kernel's tables; give the machine more memory", bytes >> 10);
	chunk_next = (chunk_next - bytes) & ~(align - 1);
	return chunk_next;
}

void
memmap_close(void)
{
	chunk_choose(0);
	if (ram_beyond)
		log_line("%lu MiB of RAM lie above the %lu TiB that the direct map reaches and are not used",
			 ram_beyond >> 20, RAM_LIMIT >> 40);
	if (bytes_dropped)
		log_line("the memory map has more than %u regions: the least of them, %lu KiB in all, are left out",
			 BOOTINFO_REGIONS, bytes_dropped >> 10);
}

void
memmap_each_run(void (*fn)(u64 base, u64 end))
{
	for (unsigned i = 0; i < bootinfo.regions;) {
		u64 base = bootinfo.region[i].base, end = base;

		for (; i < bootinfo.regions && bootinfo.region[i].base == end && is_ram(&bootinfo.region[i]); i++)
			end += bootinfo.region[i].bytes;
		if (base < end)
			fn(base, end);
		else
			i++;
	}
}
