/* SPDX-License-Identifier: BSD-2-Clause */
/* What the victim of the rows on isolation does. */
#pragma once

#include "partner_exo.h"

#include <exo/frames.h>
#include <exo/upcall.h>

#define VICTIM_PAGE	0x200000000ul
#define VICTIM_SLOT	60

struct save_area area __attribute__((used));

extern char skip_undefined[], way_back[], way_back_end[];
__asm__ (
	"skip_undefined:\n"
	"	addq	$2, area+32(%rip)\n"
	"way_back:\n"
	UPCALL_WAY_BACK("area", "(%rip)")
	"way_back_end:\n"
);

static uint64_t page, page_mac;

static inline void
victim_begin(void)
{
	if (call_exception_context((uintptr_t)&area, (uintptr_t)skip_undefined, (uintptr_t)way_back, (uintptr_t)way_back_end) ||
	    call_entry_queue(8) || call_frame_alloc(FRAME_ANY, 0, VICTIM_SLOT, &page, &page_mac))
		bench_fail("the victim cannot begin");
}

static inline void
victim_once(void)
{
	__asm__ volatile ("ud2" : : : "memory");
	call_null_full();
	call_bind(VICTIM_PAGE, page, page_mac, RIGHT_READ | RIGHT_WRITE);
	*(volatile uint64_t *)VICTIM_PAGE = 1;
	call_unbind(VICTIM_PAGE, 1);
}
