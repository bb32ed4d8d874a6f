/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What unit tests and fuzz targets share: a stream of choices, and operation sequences that are driven by it.
 *
 * A module describes its operations once (struct operations, in ops_<module>.c beside its reference model).  Three drivers use it:
 * operations_random with a seeded generator, a fuzz target with bytes that libFuzzer chose, and operations_corpus with the
 * stored finds of the fuzzer.
 */
#pragma once

#include "core/types.h"

/* --- choices ------------------------------------------------------------------------------------------------- */

/* Endless when random; finite when from bytes: input_below then gives 0 and input_end is true. */
struct input {
	const u8 *byte;
	size_t left;
	u64 random;		/* state of the generator; 0: from bytes */
};

struct input input_random(u64 seed);
struct input input_bytes(const u8 *bytes, size_t count);

/* A choice from 0 to LIMIT - 1. */
u64 input_below(struct input *in, u64 limit);

bool input_end(const struct input *in);

/* --- operation sequences ------------------------------------------------------------------------------------- */

struct operations {
	const char *name;			/* also of the corpus folder */
	void (*setup)(struct input *in);	/* a new machine, an empty model */
	void (*step)(struct input *in);		/* one operation on core and model; results compared */
	void (*verify)(void);		/* everything: core's own invariants, core against model */
	void (*teardown)(void);			/* undo all that is left, then check that nothing leaks */
};

/*
 * Run STEPS steps in rounds of 1,000, each with a new machine; full check every 64 steps.  Between steps, forced preemption
 * (at random preemption points) and a failing allocation are switched on and off.  Prints the seed; JANUS_SEED=n repeats a run, JANUS_STEPS=n
 * overrides STEPS.
 */
void operations_random(const struct operations *ops, u64 steps);

/* One sequence from bytes. */
void operations_replay(const struct operations *ops, const u8 *bytes, size_t count);

/* Every file in the folder of this name below JANUS_CORPUS; there must be one. */
void operations_corpus(const struct operations *ops);

/* --- the way out ------------------------------------------------------------------------------------------------- */

/* Core panicked.  In test.c a failed test, in fuzz_main.c an abort. */
void unit_panic(const char *text) __attribute__((noreturn));

/* A comparison with a model does not hold. */
#define expect(condition) \
	((condition) ? (void)0 : unit_expect_failed(#condition, __FILE__, __LINE__))
void unit_expect_failed(const char *condition, const char *file, int line) __attribute__((noreturn));
