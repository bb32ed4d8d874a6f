/* SPDX-License-Identifier: BSD-2-Clause */
/* PVH start info: what a loader may leave, and what it must not. */
#include <string.h>
#include "test.h"
#include "arch/x86/boot/loader.h"
#include "boot_memory.h"
#include "core/bootinfo.h"

#define INFO	0x5000
#define MODULES	0x6000
#define MEMORY	0x7000
#define LINE	0x8000

/* As Xen's public headers lay it out. */
static struct {
	u32 magic, version, flags, modules;
	u64 module_list, command_line, rsdp, memory_map;
	u32 memory_entries, reserved;
} info;

struct entry {
	u64 base, bytes;
	u32 kind, reserved;
};

static const struct entry memory[] = {
	{ 0, 0x9fc00, 1, 0 }, { 0x9fc00, 0x400, 2, 0 }, { 0x100000, 0x7ee0000, 1, 0 }, { 0x7fe0000, 0x20000, 3, 0 },
	{ 0xfffc0000, 0x40000, 7, 0 },
};

static int
setup(void **state)
{
	static const u64 module[4] = { 0x7fb0000, 12345 };
	static const char line[] = "colours=4 kmem=64";

	boot_reset();
	memset(&info, 0, sizeof(info));
	info.magic = PVH_MAGIC;
	info.version = 1;
	info.modules = 1;
	info.module_list = MODULES;
	info.command_line = LINE;
	info.rsdp = 0xf5a20;
	info.memory_map = MEMORY;
	info.memory_entries = ARRAY_SIZE(memory);
	boot_block(MODULES, module, sizeof(module));
	boot_block(MEMORY, memory, sizeof(memory));
	memcpy(boot_block(LINE, NULL, BOOTINFO_COMMAND_LINE), line, sizeof(line));
	return 0;
}

static paddr_t
read_info(void)
{
	boot_block(INFO, &info, sizeof(info));
	return loader_pvh(INFO);
}

static void
everything_arrives(void **state)
{
	assert_int_equal(read_info(), 0xf5a20);
	assert_int_equal(bootinfo.loader, LOADER_PVH);
	assert_int_equal(bootinfo.archive_base, 0x7fb0000);
	assert_int_equal(bootinfo.archive_bytes, 12345);
	assert_string_equal(bootinfo.command_line, "colours=4 kmem=64");
	memmap_resolve();
	boot_check_regions();
	assert_int_equal(bootinfo.regions, 5);
	assert_int_equal(bootinfo.region[0].bytes, 0x9f000);
	assert_int_equal(bootinfo.region[3].kind, REGION_ACPI);
	assert_int_equal(bootinfo.region[4].kind, REGION_RESERVED);
	assert_int_equal(bootinfo.ram_bytes, 0x9f000 + 0x7ee0000);
}

static void
what_is_not_there_is_none(void **state)
{
	info.modules = 0;
	info.command_line = 0;
	info.rsdp = 0;
	assert_int_equal(read_info(), 0);
	assert_int_equal(bootinfo.archive_bytes, 0);
	assert_string_equal(bootinfo.command_line, "");
}

static void
foreign_info_is_refused(void **state)
{
	assert_panics(loader_pvh(INFO));
	info.magic++;
	assert_panics(read_info());
}

static void
assert_refused(void **state, void *field, u64 value, u32 bytes)
{
	setup(state);
	memcpy(field, &value, bytes);
	assert_panics(read_info());
}

static void
what_is_out_of_reach_is_refused(void **state)
{
	assert_refused(state, &info.version, 0, 4);
	assert_refused(state, &info.memory_entries, 0, 4);
	assert_refused(state, &info.memory_entries, ARRAY_SIZE(memory) + 1, 4);
	assert_refused(state, &info.memory_entries, ~0u, 4);
	assert_refused(state, &info.memory_map, ~0ul - 8, 8);
	assert_refused(state, &info.module_list, ~0ul - 8, 8);
	assert_refused(state, &info.command_line, ~0ul - 8, 8);
}

static void
command_line_fits_or_is_refused(void **state)
{
	char line[BOOTINFO_COMMAND_LINE];

	memset(line, 'x', sizeof(line));
	line[3] = '\n';
	info.command_line = 0x9000;
	memcpy(boot_block(0x9000, NULL, sizeof(line)), line, sizeof(line) - 1);
	read_info();
	assert_int_equal(strlen(bootinfo.command_line), BOOTINFO_COMMAND_LINE - 1);
	assert_memory_equal(bootinfo.command_line, "xxx xxx", 7);
	setup(state);
	info.command_line = 0x9000;
	boot_block(0x9000, line, sizeof(line));
	assert_panics(read_info());
}

/* Any byte may be any: reading stays within the blocks, and ends in a refusal or in a sound map. */
static void
random_damage_is_harmless(void **state)
{
	struct input in = input_random(2);
	unsigned accepted = 0;

	for (unsigned round = 0; round < 5000; round++) {
		setup(state);
		for (u64 n = 1 + input_below(&in, 4); n; n--)
			((u8 *)&info)[8 + input_below(&in, sizeof(info) - 8)] = input_below(&in, 256);
		if (boot_accepts(read_info()) && boot_accepts(memmap_resolve())) {
			boot_check_regions();
			accepted++;
		}
	}
	assert_in_range(accepted, 500, 4500);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(everything_arrives, setup),
		cmocka_unit_test_setup(what_is_not_there_is_none, setup),
		cmocka_unit_test_setup(foreign_info_is_refused, setup),
		cmocka_unit_test_setup(what_is_out_of_reach_is_refused, setup),
		cmocka_unit_test_setup(command_line_fits_or_is_refused, setup),
		cmocka_unit_test_setup(random_damage_is_harmless, setup),
	};

	return test_main("pvh", tests, ARRAY_SIZE(tests));
}
