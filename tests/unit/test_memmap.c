/* SPDX-License-Identifier: BSD-2-Clause */
/* The memory map: any entries become ascending regions apart from each other, and the strongest kind wins. */
#include <string.h>
#include "test.h"
#include "arch/x86/layout.h"
#include "boot_memory.h"
#include "core/bootinfo.h"

#define MODEL_PAGES	256

static int
setup(void **state)
{
	boot_reset();
	return 0;
}

static void
assert_region(unsigned i, u64 base, u64 end, u32 kind)
{
	assert_true(i < bootinfo.regions);
	assert_int_equal(bootinfo.region[i].base, base);
	assert_int_equal(bootinfo.region[i].bytes, end - base);
	assert_int_equal(bootinfo.region[i].kind, kind);
}

static void
ram_shrinks_others_grow(void **state)
{
	memmap_add(0x0ff0, 0x5020, REGION_RAM);
	memmap_add(0x8ff0, 0x20, REGION_RESERVED);
	memmap_add(0x20001, 0xffe, REGION_RAM);
	memmap_resolve();
	boot_check_regions();
	assert_int_equal(bootinfo.regions, 2);
	assert_region(0, 0x1000, 0x6000, REGION_RAM);
	assert_region(1, 0x8000, 0xa000, REGION_RESERVED);
}

static void
neighbours_of_a_kind_merge(void **state)
{
	memmap_add(0x3000, 0x1000, REGION_RAM);
	memmap_add(0x1000, 0x2000, REGION_RAM);
	memmap_add(0x4000, 0x1000, REGION_ACPI);
	memmap_resolve();
	assert_int_equal(bootinfo.regions, 2);
	assert_region(0, 0x1000, 0x4000, REGION_RAM);
	assert_region(1, 0x4000, 0x5000, REGION_ACPI);
}

static void
reserved_cuts_ram(void **state)
{
	memmap_add(0x4000, 0x1000, REGION_RESERVED);
	memmap_add(0x1000, 0x10000, REGION_RAM);
	memmap_resolve();
	assert_int_equal(bootinfo.regions, 3);
	assert_region(0, 0x1000, 0x4000, REGION_RAM);
	assert_region(1, 0x4000, 0x5000, REGION_RESERVED);
	assert_region(2, 0x5000, 0x11000, REGION_RAM);
}

static void
ends_of_the_world(void **state)
{
	memmap_add(~0ul - 5, 100, REGION_RESERVED);
	memmap_add(~0ul, ~0ul, REGION_RAM);
	memmap_add(0, 0, REGION_RAM);
	memmap_add(RAM_LIMIT - 0x1000, 0x3000, REGION_RAM);
	memmap_add(RAM_LIMIT + 0x10000, 0x3000, REGION_RAM);
	memmap_resolve();
	boot_check_regions();
	assert_region(0, RAM_LIMIT - 0x1000, RAM_LIMIT, REGION_RAM);
	assert_int_equal(bootinfo.ram_bytes, 0x1000);
}

static void
too_many_entries_are_refused(void **state)
{
	for (unsigned i = 0; i < MEMMAP_ENTRIES; i++)
		memmap_add(i * 0x2000, 0x1000, REGION_RAM);
	assert_panics(memmap_add(0x1000000, 0x1000, REGION_RAM));
}

/* RAM regions of 1 to 120 pages with reserved ones between: there is room for the largest 62, what is taken, and the last. */
static void
least_regions_are_left_out(void **state)
{
	u64 base = 0x100000;
	unsigned i;

	memmap_add(0, 0x1000, REGION_BOOT);
	for (i = 1; i <= 120; i++) {
		memmap_add(base, i * PAGE_SIZE, REGION_RAM);
		memmap_add(base + i * PAGE_SIZE, PAGE_SIZE, REGION_RESERVED);
		base += (i + 2) * PAGE_SIZE;
	}
	memmap_resolve();
	boot_check_regions();
	assert_int_equal(bootinfo.regions, BOOTINFO_REGIONS);
	assert_region(0, 0, 0x1000, REGION_BOOT);
	for (i = 1; i <= 62; i++) {
		assert_int_equal(bootinfo.region[i].kind, REGION_RAM);
		assert_int_equal(bootinfo.region[i].bytes, (120 - 62 + i) * PAGE_SIZE);
	}
}

static void
taking_splits_free_ram(void **state)
{
	memmap_add(0x100000, 0x100000, REGION_RAM);
	memmap_resolve();
	memmap_take(0x150010, 0x1000, "it");
	boot_check_regions();
	assert_int_equal(bootinfo.regions, 3);
	assert_region(1, 0x150000, 0x152000, REGION_BOOT);
	assert_int_equal(bootinfo.ram_bytes, 0x100000);
	assert_int_equal(bootinfo.reserved_bytes, 0x2000);
}

static void
taking_what_is_not_free_is_refused(void **state)
{
	static const struct {
		u64 base, bytes;
	} wrong[] = {
		{ 0x151000, 0x1000 }, { 0x14f000, 0x2000 }, { 0xff000, 0x2000 }, { 0x1ff000, 0x1001 }, { 0x500000, 1 },
		{ 0x160000, 0 }, { 0x160000, ~0ul }, { ~0ul, 1 },
	};

	memmap_add(0x100000, 0x100000, REGION_RAM);
	memmap_resolve();
	memmap_take(0x150000, 0x2000, "it");
	for (unsigned i = 0; i < ARRAY_SIZE(wrong); i++) {
		assert_panics(memmap_take(wrong[i].base, wrong[i].bytes, "the thing"));
		assert_non_null(strstr(panic_text, "the thing"));
	}
}

static void
allocations_are_aligned_apart_and_accounted(void **state)
{
	u64 last = 0x40000000, bytes = 0;

	memmap_add(0x100000, 0x3ff00000, REGION_RAM);
	memmap_add(0x100000000, 0x100000000, REGION_RAM);
	memmap_resolve();
	for (unsigned i = 0; i < 1000; i++) {
		u64 size = PAGE_SIZE << i % 5, align = PAGE_SIZE << i % 10;
		u64 pa = memmap_alloc(size, align, 0x40000000);

		assert_int_equal(pa % align, 0);
		assert_true(pa + size <= last);
		last = pa;
		bytes += size;
	}
	memmap_close();
	boot_check_regions();
	assert_region(1, last, 0x40000000, REGION_BOOT);
	assert_true(bootinfo.reserved_bytes >= bytes);
}

static void
allocation_goes_on_in_other_regions(void **state)
{
	memmap_add(0x100000, 0x4000, REGION_RAM);
	memmap_add(0x200000, 0x3000, REGION_RAM);
	memmap_add(0x300000, 0x8000, REGION_RAM);
	memmap_resolve();
	assert_int_equal(memmap_alloc(0x3000, 0x1000, 0x300000), 0x101000);
	assert_int_equal(memmap_alloc(0x3000, 0x1000, 0x300000), 0x200000);
	assert_int_equal(memmap_alloc(0x1000, 0x1000, 0x300000), 0x100000);
	assert_panics(memmap_alloc(0x1000, 0x1000, 0x300000));
	assert_int_equal(memmap_alloc(0x8000, 0x1000, ~0ul), 0x300000);
	memmap_close();
	boot_check_regions();
	assert_int_equal(bootinfo.reserved_bytes, 0xf000);
}

static u64 run_base[4], run_end[4];
static unsigned runs;

static void
run_note(u64 base, u64 end)
{
	run_base[runs] = base;
	run_end[runs++] = end;
}

static void
runs_join_free_and_taken(void **state)
{
	memmap_add(0x100000, 0x100000, REGION_RAM);
	memmap_add(0x200000, 0x1000, REGION_RESERVED);
	memmap_add(0x201000, 0x1000, REGION_RAM);
	memmap_add(0x300000, 0x1000, REGION_RAM);
	memmap_resolve();
	memmap_take(0x150000, 0x1000, "it");
	runs = 0;
	memmap_each_run(run_note);
	assert_int_equal(runs, 3);
	assert_int_equal(run_base[0], 0x100000);
	assert_int_equal(run_end[0], 0x200000);
	assert_int_equal(run_base[1], 0x201000);
	assert_int_equal(run_end[2], 0x301000);
}

static u32
model_strength(u32 kind)
{
	static const u32 order[] = { 0, REGION_RAM, REGION_BOOT, REGION_DEVICE, REGION_ACPI, REGION_RESERVED };

	for (u32 i = 0; i < ARRAY_SIZE(order); i++)
		if (order[i] == kind)
			return i;
	return 0;
}

/* A page is RAM only if an entry covers all of it, any other kind if an entry covers some of it. */
static void
model_add(u32 page[MODEL_PAGES], u64 base, u64 bytes, u32 kind)
{
	for (u64 p = 0; p < MODEL_PAGES; p++) {
		u64 from = p * PAGE_SIZE, to = from + PAGE_SIZE;
		bool all = base <= from && to <= base + bytes, some = base < to && from < base + bytes && bytes;

		if ((kind == REGION_RAM ? all : some) && model_strength(kind) > model_strength(page[p]))
			page[p] = kind;
	}
}

static u32
region_kind_at(u64 address)
{
	for (unsigned i = 0; i < bootinfo.regions; i++)
		if (address - bootinfo.region[i].base < bootinfo.region[i].bytes)
			return bootinfo.region[i].kind;
	return 0;
}

/* At most 20 entries: no more than 41 regions, so none is left out. */
static void
random_maps_agree_with_a_page_model(void **state)
{
	struct input in = input_random(1);

	for (unsigned round = 0; round < 3000; round++) {
		u32 page[MODEL_PAGES] = { 0 };

		boot_reset();
		for (u64 n = 1 + input_below(&in, 20); n; n--) {
			u64 base = input_below(&in, MODEL_PAGES * PAGE_SIZE), bytes = input_below(&in, 64 * PAGE_SIZE);
			u32 kind = 1 + input_below(&in, 5);

			base &= input_below(&in, 2) ? ~0ul : ~PAGE_MASK;
			memmap_add(base, bytes, kind);
			model_add(page, base, bytes, kind);
		}
		memmap_resolve();
		boot_check_regions();
		for (u64 p = 0; p < MODEL_PAGES; p++)
			assert_int_equal(region_kind_at(p * PAGE_SIZE), page[p]);
	}
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(ram_shrinks_others_grow, setup),
		cmocka_unit_test_setup(neighbours_of_a_kind_merge, setup),
		cmocka_unit_test_setup(reserved_cuts_ram, setup),
		cmocka_unit_test_setup(ends_of_the_world, setup),
		cmocka_unit_test_setup(too_many_entries_are_refused, setup),
		cmocka_unit_test_setup(least_regions_are_left_out, setup),
		cmocka_unit_test_setup(taking_splits_free_ram, setup),
		cmocka_unit_test_setup(taking_what_is_not_free_is_refused, setup),
		cmocka_unit_test_setup(allocations_are_aligned_apart_and_accounted, setup),
		cmocka_unit_test_setup(allocation_goes_on_in_other_regions, setup),
		cmocka_unit_test_setup(runs_join_free_and_taken, setup),
		cmocka_unit_test_setup(random_maps_agree_with_a_page_model, setup),
	};

	return test_main("memmap", tests, ARRAY_SIZE(tests));
}
