/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The trace ring as user level sees it: records of what the kernel did, in order, read-only.  In a kernel without trace there is
 * nothing to see.
 */
#include <janus/bootinfo.h>
#include <janus/kinds.h>
#include <janus/layout.h>
#include <janus/trace.h>
#include <janus/trace_ring.h>
#include "tap.h"
#include "worker.h"

enum { A = 32 };

static char stack[WORKER_STACK] __attribute__((aligned(16)));
static volatile unsigned long seen;

static const struct trace_ring *const ring = (const struct trace_ring *)USER_TRACE;

/* The next record of EVENT from number *N on; NULL: none. */
static const struct trace_record *
find(uint64_t *n, unsigned event)
{
	while (*n < ring->written) {
		const struct trace_record *r = &ring->record[(*n)++ % ring->capacity];
		if (r->event == event)
			return r;
	}
	return NULL;
}

static void
note_vector(unsigned long vector)
{
	seen = vector;
	call_thread_exit();
}

static void
write_ring(unsigned long unused)
{
	call_exception_handler((uintptr_t)note_vector);
	*(volatile uint64_t *)USER_TRACE = unused;
	seen = -1ul;
	call_thread_exit();
}

static void
exit_at_once(unsigned long unused)
{
	seen = unused;
	call_thread_exit();
}

static void
test_calls(void)
{
	uint64_t n = ring->written;

	call_thread_priority(PROBE_OWN, 999);
	const struct trace_record *call = find(&n, TRACE_CALL), *done = find(&n, TRACE_CALL_DONE);
	tap_ok(call && done, "a call leaves two records");
	tap_equal(call->a, CALL_THREAD_PRIORITY);
	tap_equal(call->b, PROBE_OWN);
	tap_equal(call->thread, 1);
	tap_equal(call->cpu, 0);
	tap_equal(done->a, CALL_THREAD_PRIORITY);
	tap_equal(done->b, ERR_BAD_VALUE);
	tap_ok(done->time > call->time, "in order of time");
}

static void
test_life_of_a_thread(void)
{
	uint64_t n = ring->written;

	worker_start(A, stack, exit_at_once, 0);
	call_yield();
	const struct trace_record *create = find(&n, TRACE_CREATE), *start = find(&n, TRACE_START);
	const struct trace_record *enter = find(&n, TRACE_SWITCH), *destroy = find(&n, TRACE_DESTROY);
	tap_ok(create && start && enter && destroy, "created, started, switched to, destroyed: in this order");
	tap_equal(create->a, KIND_THREAD);
	tap_equal(start->a, create->b);
	tap_equal(start->b, (uintptr_t)exit_at_once);
	tap_equal(enter->a, 1);
	tap_equal(enter->b, create->b);
	tap_equal(destroy->b, create->b);
	tap_equal(destroy->thread, create->b);
}

static void
test_timer(void)
{
	uint64_t n = ring->written;

	call_sleep(1000000);
	const struct trace_record *timer = find(&n, TRACE_TIMER);
	tap_ok(timer, "the timer fires");
	tap_equal(timer->a, 1);
	tap_ok(timer->b < 10000, "soon after the deadline");
	tap_equal(timer->thread, 0);		/* the CPU was idle */
}

static void
test_ring_wraps(void)
{
	uint64_t before = ring->written, time = 0, wrong = 0;

	for (unsigned i = 0; i < ring->capacity; i++)
		call_null_full();
	uint64_t after = ring->written;
	for (uint64_t n = after - ring->capacity; n < after; n++) {
		const struct trace_record *r = &ring->record[n % ring->capacity];
		wrong += r->time <= time || (r->event != TRACE_CALL && r->event != TRACE_CALL_DONE) || r->a != CALL_NULL_FULL;
		time = r->time;
	}
	tap_equal(after, before + 2ul * ring->capacity);
	tap_equal(wrong, 0);
}

static void
test_cannot_be_written(void)
{
	worker_start(A, stack, write_ring, 0);
	call_yield();
	tap_equal(seen, 14);			/* page fault */
}

int
main(void)
{
	test_cannot_be_written();
	if (rt_bootinfo->trace_bytes) {
		puts("# this kernel has trace");
		tap_equal(ring->capacity, (rt_bootinfo->trace_bytes - sizeof(*ring)) / sizeof(ring->record[0]));
		test_calls();
		test_life_of_a_thread();
		test_timer();
		test_ring_wraps();
	}
	tap_done();
}
