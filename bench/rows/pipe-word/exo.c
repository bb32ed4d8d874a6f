/* SPDX-License-Identifier: BSD-2-Clause */
#include "../twin_row.h"

#include <ipc/pipe.h>

#define queue(n)	((struct queue *)(TWIN_SHARED + (n) * 4096))

static struct queue_end there, back;

static void
answers(uint64_t unused __attribute__((unused)))
{
	there.queue = queue(0);
	back.queue = queue(1);
	for (;;)
		word_send(&back, word_receive(&there));
}

static void
setup(void)
{
	pages_share(2);
	there.queue = queue(0);
	back.queue = queue(1);
	partner_start(2, answers);
}

static void
run(unsigned long count)
{
	uint64_t word = 1;

	BENCH_LOOP(count) {
		word_send(&there, word);
		word = word_receive(&back);
	}
	if (word != 1)
		bench_fail("the pipe lost a word");
}

const struct benchmark benchmark = { .setup = setup, .run = run };
