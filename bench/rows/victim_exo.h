/* SPDX-License-Identifier: BSD-2-Clause */
/* What the victim of the rows on isolation does. */
#pragma once

#include "exception_exo.h"

#include <exo/frames.h>
#include <janus/kinds.h>

#define VICTIM_PAGE	0x200000000ul
#define VICTIM_SLOT	60

static uint64_t page, page_mac;

static inline void
victim_begin(void)
{
	exception_setup();
	if (call_frame_alloc(FRAME_ANY, 0, VICTIM_SLOT, &page, &page_mac))
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
