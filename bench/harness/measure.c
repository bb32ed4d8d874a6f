/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * How a row is measured.
 *
 * A repetition is the time of batch + 1 operations less that of one operation. What is the same in both cancels exactly:
 * reading the clock, calling the row, its prologue. Left are `batch` operations and `batch` turns of the loop; the turns
 * are measured in the same way on a row that does nothing, and subtracted. So a figure under icount is a whole number of
 * instructions wherever the operation itself always takes the same ones.
 *
 * The order is fixed: first (cold), warm-up, the single operation, the repetitions, and then once more one operation and
 * batch + 1, each between markers, from which the plugin's counts give the user and the kernel part.
 */
#include "measure.h"
#include "bench.h"
#include "clock.h"

#include <janus/marker.h>

#define WARM_UP		2	/* batches */
#define SINGLES		5	/* times that the single operation is measured; the least counts */

static void
run_nothing(unsigned long count)
{
	BENCH_LOOP(count)
		;
}

static const struct benchmark nothing = { .run = run_nothing };

static void
prepare(const struct benchmark *b, unsigned long count)
{
	if (b->prepare)
		b->prepare(count);
}

/* Kept out of line, so that the code around the operation is the same whatever is measured. */
static __attribute__((noinline)) int64_t
ticks(const struct benchmark *b, unsigned long count)
{
	prepare(b, count);

	int64_t begin = clock_read();
	b->run(count);
	return clock_read() - begin;
}

static __attribute__((noinline)) int64_t
ticks_marked(const struct benchmark *b, unsigned long count)
{
	prepare(b, count);

	int64_t begin = clock_read();
	MARKER(MARKER_PHASE_BEGIN);
	b->run(count);
	MARKER(MARKER_PHASE_END);
	return clock_read() - begin;
}

static int64_t
ticks_of_clock(void)
{
	int64_t begin = clock_read();

	return clock_read() - begin;
}

static int64_t
ticks_single(const struct benchmark *b)
{
	int64_t least = ticks(b, 1);

	for (int i = 1; i < SINGLES; i++) {
		int64_t t = ticks(b, 1);

		if (t < least)
			least = t;
	}
	return least;
}

static void
sort(int64_t *value, unsigned count)
{
	for (unsigned i = 1; i < count; i++) {
		int64_t v = value[i];
		unsigned at = i;

		for (; at > 0 && value[at - 1] > v; at--)
			value[at] = value[at - 1];
		value[at] = v;
	}
}

static void
summarise(struct figures *f, int64_t *value)
{
	sort(value, f->repetitions);
	f->min = value[0];
	f->median = value[f->repetitions / 2];
	f->max = value[f->repetitions - 1];
}

static void
measure_batches(const struct benchmark *b, struct figures *f)
{
	static int64_t value[BENCH_REPETITIONS_MAX];
	int64_t single;

	f->loop = ticks(&nothing, f->batch + 1) - ticks_single(&nothing);
	f->first = ticks(b, 1) - f->counter;
	for (int i = 0; i < WARM_UP; i++)
		ticks(b, f->batch);
	single = ticks_single(b);
	for (unsigned i = 0; i < f->repetitions; i++)
		value[i] = ticks(b, f->batch + 1) - single - f->loop;
	summarise(f, value);
	single = ticks_marked(b, 1);
	f->marked = ticks_marked(b, f->batch + 1) - single;
}

static int64_t
sample(const struct benchmark *b)
{
	prepare(b, 1);
	return b->sample();
}

/* A sample subtracts for itself what is not the operation. Only the kernel's part of its phase is the operation's. */
static void
measure_samples(const struct benchmark *b, struct figures *f)
{
	static int64_t value[BENCH_REPETITIONS_MAX];

	f->first = sample(b);
	for (int i = 0; i < WARM_UP; i++)
		sample(b);
	for (unsigned i = 0; i < f->repetitions; i++)
		value[i] = sample(b);
	summarise(f, value);
	prepare(b, 1);
	MARKER(MARKER_PHASE_BEGIN);
	f->marked = b->sample();
	MARKER(MARKER_PHASE_END);
}

static unsigned
or_default(unsigned given, unsigned otherwise)
{
	return given ? given : otherwise;
}

void
measure(const struct benchmark *b, struct figures *f)
{
	*f = (struct figures){
		.batch = b->sample ? 1 : or_default(b->batch, BENCH_BATCH),
		.repetitions = or_default(b->repetitions, BENCH_REPETITIONS),
		.units = or_default(b->units, 1),
		.counter = ticks_of_clock(),
	};
	if (f->repetitions > BENCH_REPETITIONS_MAX)
		bench_fail("more repetitions than BENCH_REPETITIONS_MAX");
	if (b->sample)
		measure_samples(b, f);
	else
		measure_batches(b, f);
}
