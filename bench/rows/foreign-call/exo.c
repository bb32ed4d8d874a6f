/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <exo/frames.h>
#include <exo/stubs.h>
#include <exo/upcall.h>
#include <janus/kinds.h>

#define OUTSIDE	0x300000000ul	/* where the program is that is not the library OS */
#define SLOT	60

struct save_area area __attribute__((used));

extern char foreign_entry[], foreign_entry_end[];
extern const char outside_code[], outside_code_end[];
__asm__ (
	"foreign_entry:\n"
	UPCALL_WAY_BACK("area", "(%rip)")
	"foreign_entry_end:\n"
	"outside_code:\n"
	"	syscall\n"
	"	ret\n"
	"outside_code_end:\n"
);

static void
setup(void)
{
	uint64_t payload = 0, mac = 0;

	if (call_frame_alloc(FRAME_ANY, 0, SLOT, &payload, &mac) ||
	    call_bind(OUTSIDE, payload, mac, RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE))
		bench_fail("no page for the program");
	for (unsigned i = 0; &outside_code[i] < outside_code_end; i++)
		((char *)OUTSIDE)[i] = outside_code[i];
	if (call_library(0, OUTSIDE) || call_call_context((uintptr_t)&area, (uintptr_t)foreign_entry, (uintptr_t)foreign_entry, (uintptr_t)foreign_entry_end))
		bench_fail("the kernel takes no call context");
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		__asm__ volatile ("call *%0" : : "r"(OUTSIDE) : "rax", "rcx", "r11", "memory");
}

const struct benchmark benchmark = { .setup = setup, .run = run };
