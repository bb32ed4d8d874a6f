/* SPDX-License-Identifier: BSD-2-Clause */
/* An environment that is told of demands: one of a program, while it waits in news_wait. */
#pragma once

#include <exo/bindings.h>
#include <exo/calls.h>
#include <exo/frames.h>
#include <exo/stubs.h>
#include <exo/upcall.h>
#include <janus/kinds.h>

#define NEWS_AREA	0x10000000ul	/* its save area, in a page of its own; the code below has the number */
#define news_area	((struct save_area *)NEWS_AREA)

static char news_stack[4096] __attribute__((used, aligned(16)));

void news(void);			/* the row's: news_area->vector says of what */

/* An upcall comes in `yield' or in the loop around it, which wants only the registers back that C code preserves, and no flags. */
extern char news_entry[], news_back[], news_back_end[];
__asm__ (
	"news_entry:\n"
	"	lea	news_stack+4096(%rip), %rsp\n"
	"	call	news\n"
	"	xor	%eax, %eax\n"
	"news_back:\n"
	UPCALL_WAY_BACK("0x10000000", "")
	"news_back_end:\n"
);

/* SLOT: for its page, where capabilities are in slots. */
static inline enum status
news_begin(uint64_t slot)
{
	uint64_t payload, mac;
	enum status status = call_frame_alloc(FRAME_ANY, 0, slot, &payload, &mac);

	if (!status)
		status = call_bind(NEWS_AREA, payload, mac, RIGHT_READ | RIGHT_WRITE | BIND_WIRED);
	return status ? status : call_addressing_context(NEWS_AREA, (uintptr_t)news_entry, (uintptr_t)news_back, (uintptr_t)news_back_end);
}

/* The rest of this turn is others'. */
static inline void
news_wait(void)
{
	__asm__ volatile ("mov %0, %%eax; syscall" : : "i"(CALL_YIELD) : "rax", "rcx", "rdx", "rsi", "rdi", "r8", "r9",
			  "r10", "r11", "memory");
}
