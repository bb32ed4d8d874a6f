/* SPDX-License-Identifier: BSD-2-Clause */
/* The trace ring: where its RAM comes from, what a record says, and what happens at its end. */
#include <string.h>
#include <janus/trace_ring.h>
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/cpu.h"
#include "test.h"
#include "trace.h"

#define RAM (1ul << 20)

static int
setup(void **state)
{
	machine_ram(RAM);
	return 0;
}

static struct trace_ring *
ring_make(const char *option)
{
	strcpy(bootinfo.command_line, option);
	trace_init();
	return arch_direct(bootinfo.trace_base);
}

static void
nothing_is_recorded_before_there_is_a_ring(void **state)
{
	trace(TRACE_TIMER, 1, 2);
	struct trace_ring *ring = ring_make("");
	assert_int_equal(ring->written, 0);
}

static void
ring_takes_ram_and_says_so(void **state)
{
	u32 regions = bootinfo.regions;
	struct boot_region ram = bootinfo.region[regions - 1];
	struct trace_ring *ring = ring_make("trace=3");

	assert_int_equal(bootinfo.trace_bytes, 3 * PAGE_SIZE);
	assert_int_equal(bootinfo.reserved_bytes, 3 * PAGE_SIZE);
	assert_int_equal(bootinfo.regions, regions + 1);
	const struct boot_region *rest = &bootinfo.region[regions - 1], *taken = &bootinfo.region[regions];
	assert_int_equal(rest->base, ram.base);
	assert_int_equal(rest->bytes, ram.bytes - 3 * PAGE_SIZE);
	assert_int_equal(rest->kind, REGION_RAM);
	assert_int_equal(taken->base, bootinfo.trace_base);
	assert_int_equal(taken->base + taken->bytes, RAM);
	assert_int_equal(taken->kind, REGION_BOOT);
	assert_int_equal(ring->capacity, (3 * PAGE_SIZE - sizeof(*ring)) / sizeof(ring->record[0]));
}

static void
regions_behind_stay(void **state)
{
	const struct boot_region regions[] = {
		{ .base = 0, .bytes = 16 * PAGE_SIZE, .kind = REGION_RAM },
		{ .base = 16 * PAGE_SIZE, .bytes = 64 * PAGE_SIZE, .kind = REGION_RAM },
		{ .base = 80 * PAGE_SIZE, .bytes = 16 * PAGE_SIZE, .kind = REGION_ACPI },
		{ .base = 96 * PAGE_SIZE, .bytes = 16 * PAGE_SIZE, .kind = REGION_RAM },
	};

	machine_regions(regions, ARRAY_SIZE(regions));
	assert_panics(ring_make("trace=64"));	/* the largest region would be gone */
	ring_make("trace=10");
	assert_int_equal(bootinfo.regions, 5);
	assert_int_equal(bootinfo.trace_base, 70 * PAGE_SIZE);
	assert_int_equal(bootinfo.region[1].bytes, 54 * PAGE_SIZE);
	assert_int_equal(bootinfo.region[2].kind, REGION_BOOT);
	assert_memory_equal(&bootinfo.region[3], &regions[2], 2 * sizeof(regions[0]));
}

static void
too_large_a_ring_is_refused(void **state)
{
	assert_panics(ring_make("trace=4096"));
	assert_non_null(strstr(panic_text, "trace="));
	bootinfo.regions = BOOTINFO_REGIONS;
	assert_panics(ring_make("trace=1"));
}

static void
record_says_when_who_and_what(void **state)
{
	struct trace_ring *ring = ring_make("");
	struct thread t = { .id = 0x100000005 };

	boot_cpu.current = &t;
	machine.clock = 4711;
	trace(TRACE_MAP, 0x401000, 0x8000);
	const struct trace_record *r = &ring->record[0];
	assert_int_equal(ring->written, 1);
	assert_int_equal(r->time, 4711);
	assert_int_equal(r->thread, 5);
	assert_int_equal(r->event, TRACE_MAP);
	assert_int_equal(r->cpu, 0);
	assert_int_equal(r->a, 0x401000);
	assert_int_equal(r->b, 0x8000);
}

static void
ring_wraps_and_counts_on(void **state)
{
	struct trace_ring *ring = ring_make("trace=1");
	u64 count = 3 * ring->capacity + 5;

	for (u64 n = 0; n < count; n++)
		trace(TRACE_TIMER, n, 0);
	assert_int_equal(ring->written, count);
	for (u64 n = count - ring->capacity; n < count; n++)
		assert_int_equal(ring->record[n % ring->capacity].a, n);
}

static void
core_writes_what_it_does(void **state)
{
	struct trace_ring *ring = ring_make("");
	struct thread a = { .id = 1 }, b = { .id = 2 };

	boot_cpu.current = &a;
	thread_switch(&b);
	timeout_expire(&boot_cpu.timeouts);
	assert_int_equal(ring->written, 2);
	assert_int_equal(ring->record[0].event, TRACE_SWITCH);
	assert_int_equal(ring->record[0].a, 1);
	assert_int_equal(ring->record[0].b, 2);
	assert_int_equal(ring->record[0].thread, 1);
	assert_int_equal(ring->record[1].event, TRACE_TIMER);
	assert_int_equal(ring->record[1].thread, 2);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(nothing_is_recorded_before_there_is_a_ring, setup),
		cmocka_unit_test_setup(ring_takes_ram_and_says_so, setup),
		cmocka_unit_test_setup(regions_behind_stay, setup),
		cmocka_unit_test_setup(too_large_a_ring_is_refused, setup),
		cmocka_unit_test_setup(record_says_when_who_and_what, setup),
		cmocka_unit_test_setup(ring_wraps_and_counts_on, setup),
		cmocka_unit_test_setup(core_writes_what_it_does, setup),
	};

	return test_main("trace", tests, ARRAY_SIZE(tests));
}
