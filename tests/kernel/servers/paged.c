/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A program behind a pager: its image, its zeroes, its own writes; the pager's death and its successor; the end of its quota.  The argument "administers"
 * says that it may replace its pager.
 */
#include <string.h>
#include <l4/rpc.h>
#include <l4/thread.h>
#include <servers/pager.h>
#include <servers/root.h>
#include <servers/sigma0.h>
#include "tap.h"

#define PAGES	24

static char zeroes[PAGES][4096] __attribute__((aligned(4096)));
static volatile uint64_t data[1024] __attribute__((aligned(4096))) = { [0] = 7, [1023] = 9 };
static const volatile uint64_t fixed[1024] __attribute__((aligned(4096))) = { [5] = 11 };

static uint64_t
mine(void)
{
	uint64_t total, unused, pages = 0, limit;

	sigma0_usage(environment_slot("sigma0"), &total, &unused, &pages, &limit);
	return pages;
}

static void
touch(int from, int to)
{
	bool zero = true;

	for (int i = from; i < to; i++) {
		for (int b = 0; b < 4096; b += 512)
			zero &= !zeroes[i][b];
		memset(zeroes[i], i, 4096);
	}
	tap_ok(zero, "pages are zero at first");
}

static void
test_image(bool shares)
{
	uint64_t before = mine();

	tap_ok(fixed[5] == 11 && data[0] == 7 && data[1023] == 9, "the image's content");
	uint64_t read = mine() - before;
	tap_ok(shares ? read == 0 : read >= 4, "pages of its own, or the image's, for what was read");
	data[0] = 8;
	tap_equal(data[0], 8);
	tap_equal(data[1023], 9);
	tap_equal(mine() - before - read, shares);
	touch(0, 4);
	tap_equal(zeroes[2][4095], 2);
	tap_equal(mine() - before - read - shares, 4);
}

/* What was there stays, and what is touched later comes from the successor. */
static void
test_successor(uint64_t root, const char *old, const char *new)
{
	tap_status(root_replace(root, old, new), OK);
	tap_equal(data[0], 8);
	tap_equal(zeroes[3][0], 3);
	touch(4, 8);
	tap_status(root_stop(root, new), OK);
	tap_status(root_start(root, old), OK);
	touch(8, 12);
	tap_equal(zeroes[5][0], 5);
}

static void
test_privilege(uint64_t pager)
{
	tap_status(pager_adopt(pager, 3), ERR_NO_RIGHT);
	tap_status(pager_blank(pager, 3, 0x1000, 1), ERR_NO_RIGHT);
	tap_status(pager_forget(pager, 3), ERR_NO_RIGHT);
}

int
main(int argc, char **argv)
{
	bool administers = argc > 3;

	test_image(!strcmp(argv[1], "cow"));
	test_privilege(environment_slot(argv[1]));
	touch(12, PAGES);
	if (administers)
		test_successor(environment_slot("root"), argv[2], argv[3]);
	tap_done();
}
