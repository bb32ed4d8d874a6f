/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What a row implements: one object `benchmark`, in one file a personality. The harness (main.c, measure.c) owns everything
 * else: warm-up, batches, what is subtracted, and the output. docs/measuring.md says how a row is added.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define BENCH_BATCH		1000	/* operations a batch, where the row does not say */
#define BENCH_REPETITIONS	21	/* batches, where the row does not say; odd, so that the median is one of them */
#define BENCH_REPETITIONS_MAX	1001

struct benchmark {
	void (*setup)(void);		/* once, before anything is measured; NULL: nothing to do */
	void (*teardown)(void);		/* once, afterwards; NULL likewise */
	void (*prepare)(unsigned long count);	/* before each run and each sample, not measured: what `count` operations use up */

	/* One of the two: */
	void (*run)(unsigned long count);	/* perform the operation `count` times, in BENCH_LOOP */
	int64_t (*sample)(void);		/* perform it once and return its ticks, for what no loop can contain */

	unsigned batch, repetitions;	/* 0: the defaults above; a sample is always a batch of one */
	unsigned units;			/* operations that one turn of the loop or one sample counts for; 0: one */
};

extern const struct benchmark benchmark;

/* Ends the run: says on the console which row could not be measured and why, in the form that the host tool reads. */
void bench_fail(const char *why) __attribute__((noreturn));

static inline unsigned long
bench_turn(unsigned long left)
{
	__asm__ volatile ("" : : : "memory");
	return left - 1;
}

/*
 * The loop of every row: a decrement and a branch a turn, which the harness measures with nothing inside and subtracts.
 * The body must leave the compiler a register for the count, or the loop would cost more than what is subtracted.
 */
#define BENCH_LOOP(count) \
	for (unsigned long bench_left = (count); bench_left; bench_left = bench_turn(bench_left))
