/* SPDX-License-Identifier: BSD-2-Clause */
/* Each fault unprotects its page and protects the one touched before: one operation is a trap, an unprot1 and a prot1. */
#define _GNU_SOURCE
#include "memory.h"

#define PAGES	100ul
#define STEP	37ul		/* prime to PAGES: all pages, never two neighbours after each other */

static unsigned long open_page;

static void
move_on(int number __attribute__((unused)), siginfo_t *fault, void *context __attribute__((unused)))
{
	unsigned long page = memory_page(fault);

	memory_protect(page, 1, PROT_READ | PROT_WRITE);
	memory_protect(open_page, 1, PROT_READ);
	open_page = page;
}

static void
setup(void)
{
	memory_make(PAGES);
	memory_protect(0, PAGES, PROT_READ);
	memory_protect(0, 1, PROT_READ | PROT_WRITE);
	memory_on_fault(move_on);
}

static void
run(unsigned long count)
{
	unsigned long page = open_page;

	BENCH_LOOP(count) {
		page = (page + STEP) % PAGES;
		*(volatile char *)(memory + page * PAGE) = 1;
	}
}

const struct benchmark benchmark = { .setup = setup, .run = run, .batch = PAGES };
