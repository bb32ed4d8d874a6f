/* SPDX-License-Identifier: BSD-2-Clause */
/* libos/tiny: pages on demand, rights and a handler for what they refuse, threads. */
#include <string.h>
#include <exo/stubs.h>
#include <janus/kinds.h>
#include <tiny.h>
#include "tap.h"

static char *const memory = (char *)TINY_START;
static unsigned refused;
static uint64_t refused_at;

static bool
make_writable(uint64_t address, bool write)
{
	refused++;
	refused_at = address;
	pages_protect((void *)(address & -PAGE_BYTES), 1, RIGHT_READ | RIGHT_WRITE);
	return write;
}

static void
test_pages(void)
{
	struct pages_count before = pages_count();
	unsigned wrong = 0;

	for (unsigned i = 0; i < 100; i++)
		wrong += memory[i * PAGE_BYTES] != 0;
	memset(memory, 0x55, 100 * PAGE_BYTES);
	tap_equal(wrong, 0);
	tap_equal(pages_count().there - before.there, 100);
	tap_equal(pages_count().faults - before.faults, 100);
	pages_drop(memory, 50);
	tap_equal(pages_count().there - before.there, 50);
	tap_equal(memory[0], 0);
	tap_equal(memory[60 * PAGE_BYTES], 0x55);
	call_unbind(TINY_START, 100);			/* as if the kernel had evicted them */
	tap_equal(memory[60 * PAGE_BYTES], 0x55);
	tap_ok(!page_present(TINY_START - 1) && !page_present(TINY_START + TINY_PAGES * PAGE_BYTES), "beyond its memory there is none");
}

static void
test_rights(void)
{
	page_refused = make_writable;
	pages_protect(memory + 60 * PAGE_BYTES, 2, RIGHT_READ);
	tap_equal(memory[60 * PAGE_BYTES], 0x55);
	tap_equal(refused, 0);
	memory[60 * PAGE_BYTES + 7] = 1;
	tap_equal(refused, 1);
	tap_equal(refused_at, TINY_START + 60 * PAGE_BYTES + 7);
	memory[60 * PAGE_BYTES + 8] = 1;
	tap_equal(refused, 1);
	pages_protect(memory + 300 * PAGE_BYTES, 1, 0);	/* never touched, and forbidden: it is refused, not made */
	memory[300 * PAGE_BYTES] = 1;
	tap_equal(refused, 2);
}

static char order[64];

static void
writes(void *letter)
{
	for (int i = 0; i < 3; i++) {
		strncat(order, letter, 1);
		thread_yield();
	}
}

static void
deep(void *unused __attribute__((unused)))
{
	volatile char much[10 * 4096];

	for (size_t i = 0; i < sizeof(much); i += 4096)
		much[i] = 1;
}

static void
test_threads(void)
{
	unsigned a = thread_start(writes, "a"), b = thread_start(writes, "b"), first = thread_start(deep, NULL);

	tap_ok(a && b && first, "three threads");
	thread_join(a);
	thread_join(b);
	thread_join(first);
	tap_ok(!strcmp(order, "ababab"), "they take turns");
	tap_equal(thread_start(deep, NULL), a);
	thread_join(a);
	unsigned started = 0;
	while (thread_start(writes, "c"))
		started++;
	tap_equal(started, THREADS - 1);
}

int
main(void)
{
	tiny_begin();
	test_pages();
	test_rights();
	test_threads();
	tap_done();
}
