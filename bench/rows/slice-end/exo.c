/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"
#include "interval.h"

#include <exo/calls.h>
#include <exo/stubs.h>
#include <exo/upcall.h>

struct save_area area __attribute__((used));

/* Keeps what the call takes, yields, and goes back. */
extern char end_entry[], end_back[], end_back_end[];
static uint64_t kept[3] __attribute__((used));
static const uint32_t number __attribute__((used)) = CALL_YIELD;
__asm__ (
	"end_entry:\n"
	"	mov	%rax, kept(%rip)\n"
	"	mov	%rcx, kept+8(%rip)\n"
	"	mov	%r11, kept+16(%rip)\n"
	"	mov	number(%rip), %eax\n"
	"	syscall\n"
	"	mov	kept+16(%rip), %r11\n"
	"	mov	kept+8(%rip), %rcx\n"
	"	mov	kept(%rip), %rax\n"
	"end_back:\n"
	UPCALL_WAY_BACK("area", "(%rip)")
	"end_back_end:\n"
);

#define LEAST		300		/* what an interrupt that finds nothing due costs is less */

static int64_t undisturbed;	/* between two readings when nothing comes between */

static void
setup(void)
{
	undisturbed = interval(1);
	if (call_interrupt_context((uintptr_t)&area, (uintptr_t)end_entry, (uintptr_t)end_back, (uintptr_t)end_back_end, EVENT_END))
		bench_fail("the kernel takes no interrupt context");
}

static int64_t
sample(void)
{
	return interval(LEAST) - undisturbed;
}

static void
teardown(void)
{
	call_interrupt_context(0, 0, 0, 0, 0);
}

const struct benchmark benchmark = { .setup = setup, .sample = sample, .teardown = teardown };
