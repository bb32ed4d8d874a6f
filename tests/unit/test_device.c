/* SPDX-License-Identifier: BSD-2-Clause */
/* Device memory and ports: hostile ranges, one object a range, access inside it alone. */
#include "core/device.h"
#include "homes.h"
#include "test.h"

extern const struct operations ops_ports;

#define SCREEN	0xfd000000ul		/* free device memory on the fake machine */

static struct space *home;

static int
setup(void **state)
{
	home = home_make(8);
	return 0;
}

static void
assert_nothing_leaks(void)
{
	device_check();
	ports_check();
	assert_int_equal(home->kmem.pages_free, home->kmem.pages);
}

/* --- device memory ------------------------------------------------------------------------------------------------ */

static enum status
try_device(paddr_t base, u64 pages)
{
	struct device *d;
	enum status s = device_create(home, base, pages, &d);

	if (s == OK)
		assert_int_equal(object_destroy(&d->object), OK);
	assert_nothing_leaks();
	return s;
}

static void
ranges_that_are_not_device_memory_are_refused(void **state)
{
	assert_int_equal(try_device(SCREEN, 16), OK);
	assert_int_equal(try_device(SCREEN, 0), ERR_BAD_VALUE);
	assert_int_equal(try_device(SCREEN + 8, 1), ERR_BAD_VALUE);
	assert_int_equal(try_device((1 << 20) - PAGE_SIZE, 1), ERR_BAD_VALUE);		/* RAM */
	assert_int_equal(try_device((1 << 20) - PAGE_SIZE, 100), ERR_BAD_VALUE);	/* begins in RAM */
	assert_int_equal(try_device(PAGE_SIZE, 1), ERR_BAD_VALUE);			/* BOOT */
	assert_int_equal(try_device(0, 2), ERR_BAD_VALUE);				/* ends in BOOT */
	assert_int_equal(try_device(0, 1ul << 28), ERR_BAD_VALUE);			/* everything */
	assert_int_equal(try_device(1 << 20, 1), OK);
}

static void
kernel_devices_are_refused(void **state)
{
	assert_int_equal(try_device(FAKE_KERNEL_DEVICE, 1), ERR_BAD_VALUE);
	assert_int_equal(try_device(FAKE_KERNEL_DEVICE - 4 * PAGE_SIZE, 5), ERR_BAD_VALUE);
	assert_int_equal(try_device(FAKE_KERNEL_DEVICE - 4 * PAGE_SIZE, 4), OK);
	assert_int_equal(try_device(FAKE_KERNEL_DEVICE + PAGE_SIZE, 1), OK);
}

static void
ranges_that_wrap_are_refused(void **state)
{
	assert_int_equal(try_device(SCREEN, ~0ul), ERR_BAD_VALUE);
	assert_int_equal(try_device(SCREEN, 1ul << 52), ERR_BAD_VALUE);
	assert_int_equal(try_device(-PAGE_SIZE, 1), ERR_BAD_VALUE);
	assert_int_equal(try_device(-PAGE_SIZE, 2), ERR_BAD_VALUE);
	assert_int_equal(try_device(FAKE_PHYSICAL_LIMIT, 1), ERR_BAD_VALUE);
	assert_int_equal(try_device(FAKE_PHYSICAL_LIMIT - PAGE_SIZE, 2), ERR_BAD_VALUE);
	assert_int_equal(try_device(FAKE_PHYSICAL_LIMIT - PAGE_SIZE, 1), OK);
}

static void
device_creation_errors_leave_nothing(void **state)
{
	check_fail_after(1);
	assert_int_equal(try_device(SCREEN, 1), ERR_NO_KMEM);
	home->object.dying = true;
	assert_int_equal(try_device(SCREEN, 1), ERR_WRONG_STATE);
}

static void
a_page_has_one_object(void **state)
{
	struct device *d, *second;

	assert_int_equal(device_create(home, SCREEN, 4, &d), OK);
	assert_int_equal(device_create(home, SCREEN + 3 * PAGE_SIZE, 1, &second), ERR_EXISTS);
	assert_int_equal(device_create(home, SCREEN - PAGE_SIZE, 2, &second), ERR_EXISTS);
	assert_int_equal(device_create(home, SCREEN - PAGE_SIZE, 9, &second), ERR_EXISTS);
	assert_int_equal(device_create(home, SCREEN + 4 * PAGE_SIZE, 1, &second), OK);
	assert_int_equal(object_destroy(&second->object), OK);
	assert_int_equal(object_destroy(&d->object), OK);
	assert_nothing_leaks();
}

static void
bad_mappings_of_a_device_are_refused(void **state)
{
	struct device *d;
	struct map *m = NULL;
	unsigned both = RIGHT_READ | RIGHT_WRITE;

	assert_int_equal(device_create(home, SCREEN, 4, &d), OK);
	assert_int_equal(device_map(d, 4, home, 0x10000, both, CACHE_UNCACHED, &m), ERR_BAD_VALUE);
	assert_int_equal(device_map(d, ~0ul, home, 0x10000, both, CACHE_UNCACHED, &m), ERR_BAD_VALUE);
	assert_int_equal(device_map(d, 0, home, 0x10000, RIGHT_EXECUTE, CACHE_UNCACHED, &m), ERR_BAD_VALUE);
	assert_int_equal(device_map(d, 0, home, 0x10000, both, (enum cache)3, &m), ERR_BAD_VALUE);
	d->object.dying = true;
	assert_int_equal(device_map(d, 0, home, 0x10000, both, CACHE_UNCACHED, &m), ERR_WRONG_STATE);
	assert_null(m);
	assert_int_equal(object_destroy(&d->object), OK);
	assert_nothing_leaks();
}

static void
mappings_go_with_their_device(void **state)
{
	struct space *space = home_first(16);
	struct device *d;
	struct map *m;
	paddr_t pa;

	assert_int_equal(device_create(space, SCREEN, 4, &d), OK);
	for (unsigned page = 0; page < 4; page++)
		assert_int_equal(device_map(d, page, space, 0x10000 + page * PAGE_SIZE, RIGHT_READ | RIGHT_WRITE,
					    CACHE_WRITE_COMBINING, &m), OK);
	assert_int_equal(device_map(d, 2, space, 0x20000, RIGHT_READ, CACHE_UNCACHED, &m), OK);	/* a second time */
	assert_int_equal(device_map(d, 2, space, 0x20000, RIGHT_READ, CACHE_UNCACHED, &m), ERR_EXISTS);
	assert_int_equal(device_map(d, 0, space, 0x30001, RIGHT_READ, CACHE_UNCACHED, &m), ERR_BAD_ADDRESS);
	assert_int_equal(machine_touch(space, 0x12008, RIGHT_WRITE, &pa), OK);
	assert_int_equal(pa, SCREEN + 2 * PAGE_SIZE + 8);
	assert_int_equal(machine_touch(space, 0x20000, RIGHT_WRITE, NULL), ERR_BAD_ADDRESS);
	machine_touch_all(space);

	unsigned calls = 1;
	machine.preempt_every = 1;
	for (; object_destroy(&d->object) == STATUS_RESTART; calls++)
		assert_int_equal(device_map(d, 0, space, 0x30000, RIGHT_READ, CACHE_UNCACHED, &m), ERR_WRONG_STATE);
	machine.preempt_every = 0;
	assert_true(calls >= 5);
	assert_int_equal(machine_stale(), 0);
	assert_int_equal(space->mapped[0], 0);
	assert_int_equal(machine_touch(space, 0x10000, RIGHT_READ, NULL), ERR_BAD_ADDRESS);
	space_check(space);
	device_check();
}

/* --- ports ---------------------------------------------------------------------------------------------------------- */

static enum status
try_ports(u32 first, u32 count)
{
	struct ports *p;
	enum status s = ports_create(home, first, count, &p);

	if (s == OK)
		assert_int_equal(object_destroy(&p->object), OK);
	assert_nothing_leaks();
	return s;
}

static void
bad_port_ranges_are_refused(void **state)
{
	assert_int_equal(try_ports(0x3f8, 8), OK);
	assert_int_equal(try_ports(0xffff, 1), OK);
	assert_int_equal(try_ports(0x3f8, 0), ERR_BAD_VALUE);
	assert_int_equal(try_ports(0xffff, 2), ERR_BAD_VALUE);
	assert_int_equal(try_ports(0x10000, 1), ERR_BAD_VALUE);
	assert_int_equal(try_ports(0xffffffff, 1), ERR_BAD_VALUE);
	assert_int_equal(try_ports(0xffff, 0xffffffff), ERR_BAD_VALUE);
	assert_int_equal(try_ports(0, 65536), ERR_BAD_VALUE);			/* the kernel's are among them */
	assert_int_equal(try_ports(FAKE_KERNEL_PORT + 1, 1), ERR_BAD_VALUE);
	assert_int_equal(try_ports(FAKE_KERNEL_PORT - 8, 8), OK);
	assert_int_equal(try_ports(FAKE_KERNEL_PORT + 2, 65536 - FAKE_KERNEL_PORT - 2), OK);
	check_fail_after(1);
	assert_int_equal(try_ports(0x3f8, 8), ERR_NO_KMEM);
	home->object.dying = true;
	assert_int_equal(try_ports(0x3f8, 8), ERR_WRONG_STATE);
}

static void
a_port_has_one_object(void **state)
{
	struct ports *p, *second;

	assert_int_equal(ports_create(home, 0x60, 5, &p), OK);
	assert_int_equal(ports_create(home, 0x64, 1, &second), ERR_EXISTS);
	assert_int_equal(ports_create(home, 0x50, 0x11, &second), ERR_EXISTS);
	assert_int_equal(ports_create(home, 0x65, 1, &second), OK);
	assert_int_equal(object_destroy(&second->object), OK);
	assert_int_equal(object_destroy(&p->object), OK);
	assert_nothing_leaks();
}

static void
access_stays_inside_the_range(void **state)
{
	struct ports *p;
	u32 value;

	assert_int_equal(ports_create(home, 0x100, 8, &p), OK);
	assert_int_equal(ports_out(p, 0x104, 4, 0x12345678), OK);
	assert_int_equal(ports_in(p, 0x104, 4, &value), OK);
	assert_int_equal(value, 0x12345678);
	assert_int_equal(ports_out(p, 0x100, 1, 0x1ff), OK);
	assert_int_equal(machine_ports[0x100], 0xff);
	assert_int_equal(ports_in(p, 0xff, 1, &value), ERR_BAD_VALUE);
	assert_int_equal(ports_in(p, 0x108, 1, &value), ERR_BAD_VALUE);
	assert_int_equal(ports_in(p, 0x105, 4, &value), ERR_BAD_VALUE);
	assert_int_equal(ports_in(p, 0x100, 3, &value), ERR_BAD_VALUE);
	assert_int_equal(ports_in(p, 0x100, 0, &value), ERR_BAD_VALUE);
	assert_int_equal(ports_in(p, 0x100, 8, &value), ERR_BAD_VALUE);
	assert_int_equal(ports_in(p, 0xffffffff, 2, &value), ERR_BAD_VALUE);
	assert_int_equal(ports_out(p, 0x10100, 1, 0), ERR_BAD_VALUE);
	assert_int_equal(object_destroy(&p->object), OK);
	assert_nothing_leaks();
}

static void
the_last_port_ends_the_range(void **state)
{
	struct ports *p;
	u32 value;

	assert_int_equal(ports_create(home, 0xfff0, 16, &p), OK);
	assert_int_equal(ports_in(p, 0xffff, 1, &value), OK);
	assert_int_equal(ports_in(p, 0xffff, 2, &value), ERR_BAD_VALUE);
	assert_int_equal(object_destroy(&p->object), OK);
}

static void
random_sequences(void **state)
{
	operations_random(&ops_ports, 1000000);
}

static void
stored_sequences(void **state)
{
	operations_corpus(&ops_ports);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(ranges_that_are_not_device_memory_are_refused, setup),
		cmocka_unit_test_setup(kernel_devices_are_refused, setup),
		cmocka_unit_test_setup(ranges_that_wrap_are_refused, setup),
		cmocka_unit_test_setup(device_creation_errors_leave_nothing, setup),
		cmocka_unit_test_setup(a_page_has_one_object, setup),
		cmocka_unit_test_setup(bad_mappings_of_a_device_are_refused, setup),
		cmocka_unit_test(mappings_go_with_their_device),
		cmocka_unit_test_setup(bad_port_ranges_are_refused, setup),
		cmocka_unit_test_setup(a_port_has_one_object, setup),
		cmocka_unit_test_setup(access_stays_inside_the_range, setup),
		cmocka_unit_test_setup(the_last_port_ends_the_range, setup),
		cmocka_unit_test(random_sequences),
		cmocka_unit_test(stored_sequences),
	};

	return test_main("device", tests, ARRAY_SIZE(tests));
}
