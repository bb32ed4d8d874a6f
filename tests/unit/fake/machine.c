/* SPDX-License-Identifier: BSD-2-Clause */
/* The fake machine: memory that core may touch is there, all other is not. */
#include <sanitizer/asan_interface.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/cpu.h"
#include "core/frame.h"
#include "fake/fake.h"

#define MACHINE_RAM_BOOT 0x10000ul	/* what machine_ram declares BOOT, page 0 included */

u64 machine_fill_limit = 64ul << 20;
struct machine machine;
struct machine_irq machine_irqs[FAKE_IRQ_LINES];
u32 machine_ports[65536];

__attribute__((weak)) struct bootinfo bootinfo;
__attribute__((weak)) struct cpu boot_cpu;

static u64
records_bytes(void)
{
	return (machine.bytes / PAGE_SIZE * sizeof(struct frame) + PAGE_MASK) & ~PAGE_MASK;
}

static void *
reserve(u64 bytes)
{
	void *p = mmap(NULL, bytes, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED)
		abort();
	return p;
}

static void
machine_drop(void)
{
	if (!machine.memory)
		return;
	__asan_unpoison_memory_region(machine.frames, records_bytes());
	munmap(machine.frames, records_bytes());
	munmap(machine.memory, machine.bytes);
}

static void
region_open(const struct boot_region *r)
{
	mprotect(machine.memory + r->base, r->bytes, PROT_READ | PROT_WRITE);
	if (machine.bytes <= machine_fill_limit)
		memset(machine.memory + r->base, 0xa5, r->bytes);
	__asan_unpoison_memory_region(machine.frames + r->base / PAGE_SIZE, r->bytes / PAGE_SIZE * sizeof(struct frame));
}

static void
cpu_reset(void)
{
	static struct thread idle;

	memset(&boot_cpu, 0, sizeof(boot_cpu));
	memset(&idle, 0, sizeof(idle));
	idle.pending = PENDING_IDLE;
	boot_cpu.self = &boot_cpu;
	boot_cpu.current = boot_cpu.idle = &idle;
	boot_cpu.steps = 1;
}

void
machine_regions(const struct boot_region *regions, unsigned count)
{
	machine_drop();
	machine = (struct machine){ .timer = ~0ul, .exit_code = -1 };
	memset(machine_irqs, 0, sizeof(machine_irqs));
	memset(machine_ports, 0, sizeof(machine_ports));
	tlb_reset();
	cpu_reset();
	hooks_reset();

	machine.bytes = regions[count - 1].base + regions[count - 1].bytes;
	machine.memory = reserve(machine.bytes);
	machine.frames = reserve(records_bytes());
	mprotect(machine.frames, records_bytes(), PROT_READ | PROT_WRITE);
	__asan_poison_memory_region(machine.frames, records_bytes());

	memset(&bootinfo, 0, sizeof(bootinfo));
	bootinfo.magic = BOOTINFO_MAGIC;
	bootinfo.version = BOOTINFO_VERSION;
	bootinfo.cpus = 1;
	bootinfo.clock_hz = arch_clock_hz();
	bootinfo.regions = count;
	for (unsigned i = 0; i < count; i++) {
		bootinfo.region[i] = regions[i];
		if (regions[i].kind == REGION_RAM || regions[i].kind == REGION_BOOT) {
			region_open(&regions[i]);
			bootinfo.ram_bytes += regions[i].bytes;
		}
	}
}

void
machine_ram(u64 bytes)
{
	const struct boot_region regions[] = {
		{ .base = 0, .bytes = PAGE_SIZE, .kind = REGION_RESERVED },
		{ .base = PAGE_SIZE, .bytes = MACHINE_RAM_BOOT - PAGE_SIZE, .kind = REGION_BOOT },
		{ .base = MACHINE_RAM_BOOT, .bytes = bytes - MACHINE_RAM_BOOT, .kind = REGION_RAM },
	};

	machine_regions(regions, ARRAY_SIZE(regions));
}
