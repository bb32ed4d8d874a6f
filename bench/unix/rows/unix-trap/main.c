/* SPDX-License-Identifier: BSD-2-Clause */
#define _GNU_SOURCE
#include "memory.h"

#define STORE_BYTES	3	/* of the store below */

static void
skip(int number __attribute__((unused)), siginfo_t *fault __attribute__((unused)), void *context)
{
	((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] += STORE_BYTES;
}

static void
setup(void)
{
	memory_make(1);
	memory_protect(0, 1, PROT_READ);
	memory_on_fault(skip);
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		__asm__ volatile ("movb $1, (%0)" : : "a"(memory) : "memory");	/* c6 00 01 */
}

const struct benchmark benchmark = { .setup = setup, .run = run };
