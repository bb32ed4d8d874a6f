/* SPDX-License-Identifier: BSD-2-Clause */
#include "../mappings.h"
#include "clock.h"

#define PAGES	512UL
#define LARGE	0x40000000UL
#define PIECE	(HERE + 300 * PAGE)	/* of a page in the middle of the list */

static int64_t reading;			/* of the clock, what it costs */

static void
setup(void)
{
	uint64_t address, done;
	int64_t begin = clock_read();

	reading = clock_read() - begin;
	donate(PROBE_OWN, 32);
	must(call_frame_alloc(9, FRAME, &address), "no large frame is free");
	must(call_frame_clear(FRAME), "a frame cannot be cleared");
	must(call_map(FRAME, PROBE_OWN, LARGE, RW, 0), "a large page cannot be mapped");
	must(call_map_range(0, LARGE, PROBE_OWN, HERE + PAGE, PAGES, RW, &done), "pages cannot be derived");
	must(call_unmap(PROBE_OWN, PIECE), "a page cannot be unmapped");
}

static void
prepare(unsigned long count)
{
	(void)count;
	must(call_map_derive(PROBE_OWN, LARGE + (PIECE - HERE) - PAGE, PROBE_OWN, PIECE, 0, RW), "a page cannot be derived");
}

static int64_t
sample(void)
{
	int64_t begin = clock_read();

	call_revoke_part(PROBE_OWN, LARGE + (PIECE - HERE) - PAGE, 1, 0);
	return clock_read() - begin - reading;
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .sample = sample, .teardown = mappings_end };
