/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <janus/status.h>
#include <probe/stubs.h>

/* Entered with the faulting instruction's address in rsi; goes on behind it, two bytes further. */
void skip_undefined(void);
__asm__ (
	"skip_undefined:\n"
	"	lea	2(%rsi), %rsi\n"
	"	jmp	*%rsi\n"
);

static void
setup(void)
{
	if (call_exception_handler((uintptr_t)skip_undefined) != OK)
		bench_fail("the kernel takes no exception handler");
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		__asm__ volatile ("ud2" : : : "rdi", "rsi", "rdx", "r10", "memory");
}

static void
teardown(void)
{
	call_exception_handler(0);
}

const struct benchmark benchmark = { .setup = setup, .run = run, .teardown = teardown };
