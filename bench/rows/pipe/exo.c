/* SPDX-License-Identifier: BSD-2-Clause */
#include "../twin_row.h"

#include <ipc/pipe.h>

#define there	((struct pipe *)TWIN_SHARED)
#define back	((struct pipe *)(TWIN_SHARED + PIPE_PAGES * 4096))

static void
answers(uint64_t unused __attribute__((unused)))
{
	uint64_t word;
	size_t done;

	while (!pipe_read(there, &word, sizeof(word), &done) && done)
		pipe_write(back, &word, sizeof(word));
}

static void
open_ends(struct pipe *p)
{
	pipe_reader(p, 1);
	pipe_writer(p, 1);
}

static void
setup(void)
{
	pages_share(2 * PIPE_PAGES);
	open_ends(there);
	open_ends(back);
	partner_start(2 * PIPE_PAGES, answers);
}

static void
run(unsigned long count)
{
	uint64_t word = 1, failed = 0;
	size_t done;

	BENCH_LOOP(count) {
		failed |= pipe_write(there, &word, sizeof(word));
		failed |= pipe_read(back, &word, sizeof(word), &done);
	}
	if (failed || word != 1)
		bench_fail("the pipe lost a word");
}

const struct benchmark benchmark = { .setup = setup, .run = run };
