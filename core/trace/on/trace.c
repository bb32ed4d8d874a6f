/* SPDX-License-Identifier: BSD-2-Clause */
/* The trace ring of the CPU. */
#include <janus/trace_ring.h>
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/cpu.h"
#include "core/panic.h"
#include "trace.h"

#define PAGES_DEFAULT	64		/* 8,191 records */

static struct boot_region *
largest_ram(void)
{
	struct boot_region *best = NULL;

	for (u32 i = 0; i < bootinfo.regions; i++) {
		struct boot_region *r = &bootinfo.region[i];

		if (r->kind == REGION_RAM && (!best || r->bytes > best->bytes))
			best = r;
	}
	return best;
}

/* The last BYTES of the largest RAM region become a BOOT region of their own. */
static paddr_t
ram_take(u64 bytes)
{
	struct boot_region *ram = largest_ram();

	if (!ram || ram->bytes <= bytes || bootinfo.regions == BOOTINFO_REGIONS)
		boot_refuse("no room for a trace ring of %lu KiB: give a smaller trace=PAGES", bytes >> 10);

	struct boot_region *behind = ram + 1;
	__builtin_memmove(behind + 1, behind, (char *)&bootinfo.region[bootinfo.regions] - (char *)behind);
	bootinfo.regions++;
	ram->bytes -= bytes;
	*behind = (struct boot_region){ .base = ram->base + ram->bytes, .bytes = bytes, .kind = REGION_BOOT };
	bootinfo.reserved_bytes += bytes;
	return behind->base;
}

void
trace_init(void)
{
	struct cpu *cpu = this_cpu();
	u64 bytes = option_value("trace", PAGES_DEFAULT) * PAGE_SIZE;
	struct trace_ring *ring = arch_direct(ram_take(bytes));

	__builtin_memset(ring, 0, bytes);
	ring->capacity = (bytes - sizeof(*ring)) / sizeof(struct trace_record);
	ring->cpu = cpu->id;
	bootinfo.trace_base = arch_physical(ring);
	bootinfo.trace_bytes = bytes;
	cpu->trace = (struct trace_cpu){ ring, ring->record, ring->record + ring->capacity };
}

/* What happens before trace_init is not recorded. */
void
trace(enum trace_event event, u64 a, u64 b)
{
	struct cpu *cpu = this_cpu();
	struct trace_cpu *t = &cpu->trace;

	if (!t->ring)
		return;
	*t->next = (struct trace_record){
		.time = arch_clock(), .thread = (u32)cpu->current->id, .event = event, .cpu = (u16)cpu->id, .a = a, .b = b,
	};
	t->ring->written++;
	if (++t->next == t->end)
		t->next = t->ring->record;
}
