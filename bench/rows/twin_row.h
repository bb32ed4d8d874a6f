/* SPDX-License-Identifier: BSD-2-Clause */
/* What exo's rows with a second environment share: a program of the same file with data of its own, and one page that both have. */
#pragma once

#include "bench.h"

#include <exo/twin.h>

#define PARTNER_SLOT	9		/* behind the company's */

static struct environment partner;

static inline void
pages_share(uint64_t pages)
{
	if (twin_shared(pages))
		bench_fail("there are no pages to share");
}

/* BODY in the other environment, which has those PAGES too, and runs until it gives up the processor. */
static inline void
partner_start(uint64_t pages, void (*body)(uint64_t))
{
	if (twin_load(&partner, PARTNER_SLOT, pages) || environment_run(&partner, (uintptr_t)body, 0))
		bench_fail("the partner cannot be started");
	call_yield();
}
