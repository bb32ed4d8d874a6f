/* SPDX-License-Identifier: BSD-2-Clause */
/* Several calls in one entry: results, errors in the middle, calls that are refused there, arrays that are not what they should be, preemption. */
#include <string.h>
#include <exo/batch.h>
#include <exo/calls.h>
#include <exo/frames.h>
#include <exo/slices.h>
#include <exo/upcall.h>
#include <exo/wait.h>
#include "child.h"
#include "tap.h"

enum { CHILD = 1 };

#define AT	0x200000000ul
#define MANY	4096

static struct batch_call calls[MANY] __attribute__((aligned(4096)));
static char stack[CHILD_STACK] __attribute__((aligned(16)));

/* A call and its first arguments. */
#define call_of(number, ...) ((struct batch_call){ .call = (number), .argument = { __VA_ARGS__ } })

static unsigned
make(uint64_t count, uint64_t flags, uint64_t *left)
{
	*left = 99;
	return call_batch((uintptr_t)calls, count, flags, left);
}

static void
test_results(void)
{
	uint64_t left, physical = 0, granted = 0, rights, accessed, dirty;

	memset(calls, 0, sizeof(calls));
	tap_status(make(0, 0, &left), OK);
	tap_equal(left, 0);
	calls[0] = call_of(CALL_FRAME_ALLOC, FRAME_ANY, 0, 50);
	calls[1] = call_of(CALL_NULL, 0);
	tap_status(make(2, 0, &left), OK);
	tap_ok(!calls[0].call && !calls[1].call && !left, "each says that it was made");
	uint64_t payload = calls[0].argument[0], mac = calls[0].argument[1];
	calls[0] = call_of(CALL_BIND, AT, payload, mac, RIGHT_READ | RIGHT_WRITE);
	calls[1] = call_of(CALL_BIND, AT, payload, mac, RIGHT_READ);
	calls[2] = call_of(CALL_BINDING, AT);
	calls[3] = call_of(9999, 0);
	tap_status(make(4, 0, &left), OK);
	tap_equal(left, 0);
	tap_equal(calls[0].call, OK);
	tap_equal(calls[1].call, ERR_EXISTS);
	tap_equal(calls[2].call, OK);
	tap_equal(calls[3].call, ERR_NO_CALL);
	tap_status(call_binding(AT, &physical, &granted, &rights, &accessed, &dirty), OK);
	tap_ok(calls[2].argument[0] == physical && calls[2].argument[1] == granted, "results are in the place of the arguments");
	calls[1] = call_of(CALL_UNBIND, AT + 1, 1);
	calls[2] = call_of(CALL_UNBIND, AT, 1);
	tap_status(make(3, BATCH_STOP, &left), OK);
	tap_equal(left, 1);
	tap_equal(calls[0].call, OK);			/* an OK is the number of the null call */
	tap_equal(calls[1].call, ERR_BAD_ADDRESS);
	tap_equal(calls[2].call, CALL_UNBIND);
	tap_status(call_frame_free(payload, mac), OK);
}

static void
test_refused(void)
{
	static const uint64_t alone[] = { CALL_TRANSFER, CALL_PARK, CALL_YIELD, CALL_YIELD_TO, CALL_WAIT, CALL_BATCH, CALL_THREAD_EXIT, CALL_MACHINE_EXIT };
	uint64_t left;

	for (unsigned i = 0; i < sizeof(alone) / sizeof(alone[0]); i++) {
		calls[0] = call_of(alone[i], 0);
		tap_status(make(1, 0, &left), OK);
		tap_equal(calls[0].call, ERR_BAD_VALUE);
	}
	tap_status(make(1, 2, &left), ERR_BAD_VALUE);
}

static void
test_hostile(void)
{
	uint64_t left;
	static const uint64_t bad[] = { 0, 1, 0x7fffffffffff, 0x800000000000, -64ul, -1ul, 0xffff800000000000, AT };

	for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		tap_status(call_batch(bad[i], 1, 0, &left), ERR_BAD_ADDRESS);
	tap_status(call_batch((uintptr_t)test_hostile, 1, 0, &left), ERR_BAD_ADDRESS);	/* cannot be written */
	memset(calls, 0, sizeof(calls));
	tap_status(call_batch((uintptr_t)calls + 1, 3, 0, &left), OK);	/* wherever it begins */

	uint64_t payload = 0, mac = 0;
	tap_status(call_frame_alloc(FRAME_ANY, 0, 50, &payload, &mac), OK);
	tap_status(call_bind(AT, payload, mac, RIGHT_READ | RIGHT_WRITE), OK);
	tap_status(call_batch(AT, -1ul, 0, &left), ERR_BAD_ADDRESS);	/* and beyond its end */

	/* A call of the batch that changes the array under it. */
	struct batch_call *own = (struct batch_call *)AT;
	own[0] = call_of(CALL_UNBIND, AT, 1);
	tap_status(call_batch(AT, 1, 0, &left), ERR_BAD_ADDRESS);
	tap_status(call_frame_free(payload, mac), OK);
}

/* A batch that is longer than a slice, while another environment wants to run. */
static volatile uint64_t ran;

static void
runner(uint64_t unused __attribute__((unused)))
{
	for (;;) {
		ran++;
		call_yield();
	}
}

static void
test_preemption(void)
{
	uint64_t left, name, failed = 0;

	tap_status(child_make(CHILD, &name), OK);
	tap_status(child_start(CHILD, stack, runner, 0), OK);
	call_yield();
	ran = 0;
	for (unsigned i = 0; i < MANY; i++)
		calls[i] = call_of(CALL_FRAME_MAP, 0, FRAME_MAP_LIMIT, AT);
	tap_status(make(MANY, 0, &left), OK);
	for (unsigned i = 0; i < MANY; i++)
		failed += calls[i].call == ERR_BAD_ADDRESS;
	tap_equal(failed, MANY);
	tap_equal(left, 0);
	tap_ok(ran > 2, "others run meanwhile");
	tap_status(call_destroy(CHILD), OK);
}

/* Alone, one has no end of a slice: whoever is made ready by a call of the batch has the first turn that there is then, not the one behind the batch. */
static volatile uint64_t ready_at;

static void
sleeper(uint64_t unused __attribute__((unused)))
{
	uint64_t why;

	call_entry_queue(1);
	call_wait(0, 0, WAIT_FOREVER, &why);
	ready_at = __builtin_ia32_rdtsc();
	call_park();
}

static void
test_made_ready(void)
{
	uint64_t left, name, at, owner, ready, charged, forfeited, ticks = 0;

	tap_status(child_make(CHILD, &name), OK);
	tap_status(child_start(CHILD, stack, sleeper, 0), OK);
	call_yield();
	tap_status(call_slice_read(0, &at, &owner, &ready, &charged, &forfeited, &ticks), OK);
	for (unsigned i = 0; i < MANY; i++)
		calls[i] = call_of(CALL_FRAME_MAP, 0, FRAME_MAP_LIMIT, AT);
	calls[0] = call_of(CALL_TRANSFER_LATER, name);
	uint64_t before = __builtin_ia32_rdtsc();
	tap_status(make(MANY, 0, &left), OK);
	uint64_t after = __builtin_ia32_rdtsc();
	tap_ok(after - before > 3 * ticks, "the batch is longer than three slices");
	tap_ok(ready_at && ready_at < before + 2 * ticks, "who was made ready by its first call ran in the second");
	tap_status(call_destroy(CHILD), OK);
}

int
main(void)
{
	test_results();
	test_refused();
	test_hostile();
	test_preemption();
	test_made_ready();
	tap_done();
}
