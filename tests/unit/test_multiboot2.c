/* SPDX-License-Identifier: BSD-2-Clause */
/* The Multiboot2 information: tags of any order, size and truth. */
#include <string.h>
#include "test.h"
#include "boot_memory.h"
#include "core/bootinfo.h"

#define INFO	0x10000

static u8 info[4096];
static u32 used;
static u32 rsdp_at;		/* where the last ACPI tag's contents are */

static int
setup(void **state)
{
	boot_reset();
	memset(info, 0, sizeof(info));
	used = 8;
	return 0;
}

static void
put32(u32 value)
{
	memcpy(info + used, &value, 4);
	used += 4;
}

static void
put64(u64 value)
{
	memcpy(info + used, &value, 8);
	used += 8;
}

/* A tag with COUNT 32-bit words of contents. */
static void
tag(u32 type, const u32 *words, u32 count)
{
	rsdp_at = type == 14 || type == 15 ? used + 8 : rsdp_at;
	put32(type);
	put32(8 + count * 4);
	for (u32 i = 0; i < count; i++)
		put32(words[i]);
	used = (used + 7) & ~7u;
}

static void
tag_text(u32 type, const char *text)
{
	put32(type);
	put32(8 + strlen(text) + 1);
	memcpy(info + used, text, strlen(text) + 1);
	used = (used + strlen(text) + 1 + 7) & ~7u;
}

static void
tag_memory(void)
{
	put32(6);
	put32(16 + 2 * 24);
	put32(24);
	put32(0);
	put64(0x1000), put64(0x9e000), put64(1);
	put64(0x100000), put64(0x1f00000), put64(1);
}

static void
tag_efi_memory(void)
{
	static const u32 types[] = { 7, 3, 5, 9, 11, 2, 10, 14 };

	put32(17);
	put32(16 + ARRAY_SIZE(types) * 48);
	put32(48);		/* more than the 40 that are known */
	put32(1);
	for (u32 i = 0; i < ARRAY_SIZE(types); i++) {
		put64(types[i]);
		put64(0x100000 + i * 0x100000);
		put64(0);
		put64(0x100);
		put64(0xf);
		put64(0);
	}
}

static void
tag_framebuffer(u8 type)
{
	put32(8);
	put32(38);
	put64(0xfd000000);
	put32(3200), put32(800), put32(600);
	memcpy(info + used, (u8[]){ 32, type, 0, 0, 16, 8, 8, 8, 0, 8 }, 10);
	used = (used + 10 + 7) & ~7u;
}

/* With the end tag, in a block of exactly that size. */
static paddr_t
read_info(void)
{
	tag(0, NULL, 0);
	memcpy(info, &used, 4);
	boot_block(INFO, info, used);
	return loader_multiboot2(INFO);
}

static void
all_tags(void)
{
	tag_text(1, "colours=2 kmem=99");
	tag(3, (u32[]){ 0x140000, 0x158000, 0 }, 3);
	tag(3, (u32[]){ 0x240000, 0x258000, 0 }, 3);
	tag_framebuffer(1);
	tag(21, (u32[]){ 0 }, 1);
	tag_memory();
	tag(14, (u32[]){ 1, 2, 3, 4, 5 }, 5);
	tag(15, (u32[]){ 1, 2, 3, 4, 5, 6, 7, 8, 9 }, 9);
}

/* As GRUB writes it. */
static void
the_command_line_is_unescaped(void **state)
{
	static const struct { const char *escaped, *plain; } lines[] = {
		{ "a=\\\"b\\\" c", "a=\"b\" c" }, { "it\\'s", "it's" }, { "a\\\\b", "a\\b" }, { "\\\\\\\"", "\\\"" },
		{ "a\\b", "a\\b" }, { "end\\", "end\\" }, { "", "" },
	};

	for (unsigned i = 0; i < ARRAY_SIZE(lines); i++) {
		setup(state);
		tag_text(1, lines[i].escaped);
		tag(3, (u32[]){ 0x140000, 0x158000, 0 }, 3);
		tag_memory();
		tag(14, (u32[]){ 1, 2, 3, 4, 5 }, 5);
		read_info();
		assert_string_equal(bootinfo.command_line, lines[i].plain);
	}
}

static void
everything_arrives(void **state)
{
	all_tags();
	assert_int_equal(read_info(), INFO + rsdp_at);
	assert_int_equal(bootinfo.loader, LOADER_MULTIBOOT2);
	assert_string_equal(bootinfo.command_line, "colours=2 kmem=99");
	assert_int_equal(bootinfo.archive_base, 0x140000);
	assert_int_equal(bootinfo.archive_bytes, 0x18000);
	assert_int_equal(bootinfo.framebuffer.base, 0xfd000000);
	assert_int_equal(bootinfo.framebuffer.width, 800);
	assert_int_equal(bootinfo.framebuffer.pitch, 3200);
	assert_int_equal(bootinfo.framebuffer.red, 16);
	assert_int_equal(bootinfo.framebuffer.blue, 0);
	memmap_resolve();
	boot_check_regions();
	assert_int_equal(bootinfo.ram_bytes, 0x9e000 + 0x1f00000);
}

static void
firmware_map_is_preferred(void **state)
{
	static const u32 kinds[] = {
		REGION_RAM, REGION_RESERVED, REGION_ACPI, REGION_DEVICE, REGION_RAM, REGION_RESERVED,
	};

	tag_memory();
	tag_efi_memory();
	read_info();
	memmap_resolve();
	boot_check_regions();
	assert_int_equal(bootinfo.regions, ARRAY_SIZE(kinds));
	for (unsigned i = 0; i < ARRAY_SIZE(kinds); i++)
		assert_int_equal(bootinfo.region[i].kind, kinds[i]);
	assert_int_equal(bootinfo.ram_bytes, 0x300000);
}

static void
other_framebuffers_are_none(void **state)
{
	tag_memory();
	tag_framebuffer(2);
	read_info();
	assert_int_equal(bootinfo.framebuffer.base, 0);
	assert_int_equal(bootinfo.archive_bytes, 0);
}

static void
older_root_pointer_will_do(void **state)
{
	tag_memory();
	tag(14, (u32[]){ 1, 2, 3, 4, 5 }, 5);
	assert_int_equal(read_info(), INFO + rsdp_at);
}

static void
no_map_is_refused(void **state)
{
	tag_text(1, "x");
	assert_panics(read_info());
	assert_non_null(strstr(panic_text, "no memory map"));
}

static void
out_of_reach_is_refused(void **state)
{
	assert_panics(loader_multiboot2(INFO));
	boot_block(INFO, (u32[]){ 15, 0, 0, 8 }, 16);
	assert_panics(loader_multiboot2(INFO));
	boot_reset();
	boot_block(INFO, (u32[]){ 24, 0, 0, 8 }, 16);
	assert_panics(loader_multiboot2(INFO));
	boot_reset();
	boot_block(INFO, (u32[]){ ~0u, 0, 0, 8 }, 16);
	assert_panics(loader_multiboot2(INFO));
}

static void
assert_broken_tag(u32 bytes)
{
	boot_reset();
	boot_block(INFO, (u32[]){ 24, 0, 77, bytes, 0, 8 }, 24);
	assert_panics(loader_multiboot2(INFO));
	assert_non_null(strstr(panic_text, "broken at byte 8 of 24"));
}

static void
broken_tags_are_refused(void **state)
{
	static const u32 sizes[] = { 0, 7, 17, 0x7fffffff, 0xfffffff9, 0xffffffff };

	for (unsigned i = 0; i < ARRAY_SIZE(sizes); i++)
		assert_broken_tag(sizes[i]);
	boot_reset();
	boot_block(INFO, (u32[]){ 24, 0, 77, 16, 0, 0 }, 24);		/* no end tag */
	assert_panics(loader_multiboot2(INFO));
	assert_non_null(strstr(panic_text, "broken at byte 24 of 24"));
}

static void
broken_contents_are_refused(void **state)
{
	tag(6, (u32[]){ 23, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 10);
	assert_panics(read_info());
	setup(state);
	tag(17, (u32[]){ 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, 10);
	assert_panics(read_info());
	setup(state);
	tag_memory();
	tag(3, (u32[]){ 0x140000, 0x13ffff, 0 }, 3);
	assert_panics(read_info());
}

/* Any byte may be any: reading stays within the block, and ends in a refusal or in a sound map. */
static void
random_damage_is_harmless(void **state)
{
	struct input in = input_random(3);
	unsigned accepted = 0;

	for (unsigned round = 0; round < 5000; round++) {
		setup(state);
		all_tags();
		if (round % 2)
			tag_efi_memory();
		for (u64 n = 1 + input_below(&in, 6); n; n--)
			info[8 + input_below(&in, used - 8)] = input_below(&in, 256);
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
		cmocka_unit_test_setup(the_command_line_is_unescaped, setup),
		cmocka_unit_test_setup(everything_arrives, setup),
		cmocka_unit_test_setup(firmware_map_is_preferred, setup),
		cmocka_unit_test_setup(other_framebuffers_are_none, setup),
		cmocka_unit_test_setup(older_root_pointer_will_do, setup),
		cmocka_unit_test_setup(no_map_is_refused, setup),
		cmocka_unit_test_setup(out_of_reach_is_refused, setup),
		cmocka_unit_test_setup(broken_tags_are_refused, setup),
		cmocka_unit_test_setup(broken_contents_are_refused, setup),
		cmocka_unit_test_setup(random_damage_is_harmless, setup),
	};

	return test_main("multiboot2", tests, ARRAY_SIZE(tests));
}
