/* SPDX-License-Identifier: BSD-2-Clause */
#include "../twin_row.h"

#include <ipc/pipe.h>

#define queue(n)	((struct queue *)(TWIN_SHARED + (n) * 4096))

#define names		((volatile uint64_t *)(TWIN_SHARED + 2 * 4096))	/* of the two: whoever waits for the other yields to it */

static struct queue_end there, back;

static void
answers(uint64_t unused __attribute__((unused)))
{
	there.queue = queue(0);
	back.queue = queue(1);
	for (;;)
		word_send(&back, word_receive(&there, names[0]), names[0]);
}

static void
setup(void)
{
	uint64_t name = 0;

	pages_share(3);
	call_entry(0, &name);
	names[0] = name;
	there.queue = queue(0);
	back.queue = queue(1);
	partner_start(3, answers);
}

static void
run(unsigned long count)
{
	uint64_t word = 1, to = partner.name;

	BENCH_LOOP(count) {
		word_send(&there, word, to);
		word = word_receive(&back, to);
	}
	if (word != 1)
		bench_fail("the pipe lost a word");
}

const struct benchmark benchmark = { .setup = setup, .run = run };
