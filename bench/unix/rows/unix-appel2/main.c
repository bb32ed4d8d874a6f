/* SPDX-License-Identifier: BSD-2-Clause */
/* Protect all pages in one call, then fault on each, which unprotects it: an operation is one page's part of that. */
#define _GNU_SOURCE
#include "memory.h"

#define PAGES	100ul
#define STEP	37ul		/* prime to PAGES */

static void
unprotect(int number __attribute__((unused)), siginfo_t *fault, void *context __attribute__((unused)))
{
	memory_protect(memory_page(fault), 1, PROT_READ | PROT_WRITE);
}

static void
setup(void)
{
	memory_make(PAGES);
	memory_on_fault(unprotect);
}

static void
touch_all(void)
{
	for (unsigned long i = 0, page = 0; i < PAGES; i++, page = (page + STEP) % PAGES)
		*(volatile char *)(memory + page * PAGE) = 1;
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count) {
		memory_protect(0, PAGES, PROT_READ);
		touch_all();
	}
}

const struct benchmark benchmark = { .setup = setup, .run = run, .batch = 10, .units = PAGES };
