/* SPDX-License-Identifier: BSD-2-Clause */
/* ACPI tables: found, summed, and read within their length. */
#include <string.h>
#include "test.h"
#include "arch/x86/acpi.h"
#include "boot_memory.h"
#include "core/bootinfo.h"

#define RSDP	0xf0010
#define ROOT	0x7fe0000
#define MADT	0x7fe1000
#define HPET	0x7fe2000

static u8 table[1024];
static u32 used;
static u8 *madt_block;

static int
setup(void **state)
{
	boot_reset();
	memset(&acpi, 0, sizeof(acpi));
	return 0;
}

static void
put(const void *bytes, u32 count)
{
	memcpy(table + used, bytes, count);
	used += count;
}

static void
begin(const char *signature)
{
	memset(table, 0, sizeof(table));
	memcpy(table, signature, 4);
	used = 36;
}

static u8
sum(const u8 *bytes, u32 count)
{
	u8 s = 0;

	while (count--)
		s += *bytes++;
	return s;
}

/* The table that was begun, with its length and sum right, at PA. */
static u8 *
end(paddr_t pa)
{
	memcpy(table + 4, &used, 4);
	table[9] = 0;
	table[9] = -sum(table, used);
	return boot_block(pa, table, used);
}

static void
root_pointer(paddr_t pa, u8 revision, u32 rsdt, u64 xsdt)
{
	u8 p[36] = "RSD PTR ";

	p[15] = revision;
	memcpy(p + 16, &rsdt, 4);
	p[20] = 36;
	memcpy(p + 24, &xsdt, 8);
	p[8] = -sum(p, 20);
	p[32] = -sum(p, 36);
	boot_block(pa, p, revision >= 2 ? 36 : 20);
}

static void
xsdt(void)
{
	begin("XSDT");
	put((u64[]){ 0xffffffff00000000, MADT, HPET }, 24);
	end(ROOT);
	root_pointer(RSDP, 2, 0, ROOT);
}

static void
madt_entries(void)
{
	put((u8[]){ 0, 8, 0, 0, 1, 0, 0, 0 }, 8);			/* a processor */
	put((u8[]){ 0, 8, 1, 1, 2, 0, 0, 0 }, 8);			/* one that can be enabled */
	put((u8[]){ 0, 8, 2, 2, 0, 0, 0, 0 }, 8);			/* one that cannot */
	put((u8[]){ 1, 12, 0, 0, 0, 0, 0xc0, 0xfe, 0, 0, 0, 0 }, 12);
	put((u8[]){ 1, 12, 1, 0, 0, 0x10, 0xc0, 0xfe, 24, 0, 0, 0 }, 12);
	put((u8[]){ 2, 10, 0, 0, 2, 0, 0, 0, 0, 0 }, 10);		/* ISA 0 is line 2 */
	put((u8[]){ 2, 10, 0, 9, 9, 0, 0, 0, 0x0f, 0 }, 10);		/* ISA 9 is low, level */
	put((u8[]){ 2, 10, 0, 200, 9, 0, 0, 0, 0x0f, 0 }, 10);		/* no ISA interrupt */
	put((u8[]){ 9, 16, 0, 0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0 }, 16);
	put((u8[]){ 127, 3, 0 }, 3);
}

static void
madt(void)
{
	begin("APIC");
	put((u32[]){ 0xfee01000, 1 }, 8);
	madt_entries();
	madt_block = end(MADT);
}

static void
hpet(u8 space)
{
	begin("HPET");
	put((u32[]){ 0x8086a201 }, 4);
	put((u8[]){ space, 64, 0, 0 }, 4);
	put((u64[]){ 0xfed00000 }, 8);
	end(HPET);
}

static void
everything_arrives(void **state)
{
	xsdt();
	madt();
	hpet(0);
	acpi_read(RSDP);
	assert_int_equal(bootinfo.acpi_root, ROOT);
	assert_int_equal(bootinfo.cpus, 3);
	assert_int_equal(bootinfo.local_apic, 0xfee01000);
	assert_int_equal(bootinfo.hpet_base, 0xfed00000);
	assert_int_equal(acpi.ioapics, 2);
	assert_int_equal(acpi.ioapic[1].base, 0xfec01000);
	assert_int_equal(acpi.ioapic[1].first_line, 24);
	assert_int_equal(acpi.isa[0].line, 2);
	assert_int_equal(acpi.isa[4].line, 4);
	assert_false(acpi.isa[4].level);
	assert_true(acpi.isa[9].level && acpi.isa[9].low);
}

static void
local_apic_may_be_above_4g(void **state)
{
	xsdt();
	begin("APIC");
	put((u32[]){ 0xfee01000, 1 }, 8);
	put((u8[]){ 5, 12, 0, 0, 0, 0, 0, 0xfe, 1, 0, 0, 0 }, 12);
	end(MADT);
	acpi_read(RSDP);
	assert_int_equal(bootinfo.local_apic, 0x1fe000000);
}

static void
rsdt_when_there_is_no_xsdt(void **state)
{
	begin("RSDT");
	put((u32[]){ HPET, MADT }, 8);
	end(ROOT);
	root_pointer(RSDP, 2, ROOT, 0x123456000);
	madt();
	acpi_read(RSDP);
	assert_int_equal(bootinfo.acpi_root, ROOT);
	assert_int_equal(bootinfo.cpus, 3);
	assert_int_equal(bootinfo.hpet_base, 0);
}

static void
search_in_the_bios_areas(void **state)
{
	u16 segment = 0x9fc0;

	xsdt();
	madt();
	acpi_read(0);
	assert_int_equal(bootinfo.acpi_root, ROOT);
	setup(state);
	boot_block(0x40e, &segment, 2);
	begin("XSDT");
	end(ROOT);
	root_pointer(0x9ffe0, 2, 0, ROOT);
	acpi_read(0);
	assert_int_equal(bootinfo.acpi_root, ROOT);
}

static void
assert_defaults(void)
{
	assert_int_equal(bootinfo.cpus, 1);
	assert_int_equal(bootinfo.local_apic, 0xfee00000);
	assert_int_equal(bootinfo.hpet_base, 0);
	assert_int_equal(acpi.ioapics, 0);
	assert_int_equal(acpi.isa[15].line, 15);
}

static void
no_acpi_is_no_harm(void **state)
{
	acpi_read(0);
	assert_int_equal(bootinfo.acpi_root, 0);
	assert_defaults();
	acpi_read(0x1234);
	assert_defaults();
}

static void
wrong_sums_are_ignored(void **state)
{
	xsdt();
	madt();
	madt_block[40]++;
	acpi_read(RSDP);
	assert_int_equal(bootinfo.acpi_root, ROOT);
	assert_defaults();
}

static void
tables_must_be_within_reach(void **state)
{
	static const u32 lengths[] = { 0, 35, 43, 1000, 0x7fffffff, ~0u };

	for (unsigned i = 0; i < ARRAY_SIZE(lengths); i++) {
		setup(state);
		xsdt();
		madt();
		memcpy(madt_block + 4, &lengths[i], 4);
		acpi_read(RSDP);
		assert_defaults();
	}
}

static void
hpet_behind_ports_is_none(void **state)
{
	xsdt();
	hpet(1);
	acpi_read(RSDP);
	assert_int_equal(bootinfo.hpet_base, 0);
}

static void
more_ioapics_than_room(void **state)
{
	xsdt();
	begin("APIC");
	put((u32[]){ 0xfee00000, 1 }, 8);
	for (u8 i = 0; i < ACPI_IOAPICS + 3; i++)
		put((u8[]){ 1, 12, i, 0, 0, i, 0xc0, 0xfe, i, 0, 0, 0 }, 12);
	end(MADT);
	acpi_read(RSDP);
	assert_int_equal(acpi.ioapics, ACPI_IOAPICS);
}

/* Any byte of a table may be any, its sum right all the same: reading stays within the table. */
static void
random_damage_is_harmless(void **state)
{
	struct input in = input_random(4);
	u64 processors = 0;

	for (unsigned round = 0; round < 10000; round++) {
		setup(state);
		xsdt();
		begin("APIC");
		put((u32[]){ 0xfee00000, 1 }, 8);
		madt_entries();
		for (u64 n = input_below(&in, 6); n; n--)
			table[44 + input_below(&in, used - 44)] = input_below(&in, 256);
		used -= input_below(&in, used - 36);
		end(MADT);
		acpi_read(RSDP);
		assert_in_range(bootinfo.cpus, 1, 100);
		assert_true(acpi.ioapics <= ACPI_IOAPICS);
		processors += bootinfo.cpus;
	}
	assert_in_range(processors, 11000, 30000);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(everything_arrives, setup),
		cmocka_unit_test_setup(local_apic_may_be_above_4g, setup),
		cmocka_unit_test_setup(rsdt_when_there_is_no_xsdt, setup),
		cmocka_unit_test_setup(search_in_the_bios_areas, setup),
		cmocka_unit_test_setup(no_acpi_is_no_harm, setup),
		cmocka_unit_test_setup(wrong_sums_are_ignored, setup),
		cmocka_unit_test_setup(tables_must_be_within_reach, setup),
		cmocka_unit_test_setup(hpet_behind_ports_is_none, setup),
		cmocka_unit_test_setup(more_ioapics_than_room, setup),
		cmocka_unit_test_setup(random_damage_is_harmless, setup),
	};

	return test_main("acpi", tests, ARRAY_SIZE(tests));
}
