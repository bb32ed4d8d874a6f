/* SPDX-License-Identifier: BSD-2-Clause */
/* libos/process: memory from a file, fork, copies on write, signals, the ends of children, threads that are interrupted. */
#include <string.h>
#include <exo/revocation.h>
#include <exo/stubs.h>
#include <janus/kinds.h>
#include <janus/slots.h>
#include <process.h>
#include "tap.h"

static char *const memory = (char *)TINY_START;
static volatile int plain = 1;		/* in the image: copied at once */
static volatile unsigned signals, last;

static uint64_t
holds(void)
{
	uint64_t allowance, given = 0, held = 0, kmem, kmem_free;

	call_holdings(SLOT_OWN, &allowance, &given, &held, &kmem, &kmem_free);
	return held + given;
}

static void
test_file(void)
{
	static const char text[5000] = "from a file";
	char *at = memory + 1000 * PAGE_BYTES;
	unsigned before = pages_count().there;

	tap_ok(pages_map(at, 3, text, sizeof(text)), "three pages of a file");
	tap_equal(pages_count().there, before);
	tap_ok(!strcmp(at, "from a file"), "the first is read");
	tap_equal(pages_count().there, before + 1);
	tap_equal(at[PAGE_BYTES], 0);
	tap_equal(at[2 * PAGE_BYTES], 0);
	at[0] = 'F';
	tap_ok(!strcmp(text, "from a file"), "the file is not written");
	tap_ok(!pages_map(memory + (TINY_PAGES - 1) * PAGE_BYTES, 2, text, 1), "not beyond tiny's memory");
	pages_drop(at, 3);
	tap_equal(at[0], 0);
}

/* What the child says is in its code: TAP's counts are its own. */
static int
child_work(void)
{
	int good = memory[0] == 'p' && memory[PAGE_BYTES] == 'q' && plain == 2;

	memory[0] = 'c';
	plain = 3;
	good = good && memory[0] == 'c' && memory[PAGE_BYTES] == 'q' && memory[5 * PAGE_BYTES] == 0;
	memory[5 * PAGE_BYTES] = 1;
	return good ? 42 : 1;
}

static void
test_fork(void)
{
	memory[0] = 'p';
	memory[PAGE_BYTES] = 'q';
	plain = 2;
	uint64_t before = holds();
	unsigned copied = pages_copied();
	int child = process_fork();
	if (!child)
		process_exit(child_work());
	tap_equal(child, 1);
	memory[PAGE_BYTES] = 'r';		/* a copy: the child may not have looked yet */
	tap_equal(pages_copied() - copied, 1);
	tap_equal(process_wait(child), 42);
	tap_equal(memory[0], 'p');
	tap_equal(memory[PAGE_BYTES], 'r');
	tap_equal(plain, 2);
	tap_equal(holds(), before);
	memory[0] = 'P';			/* nobody else has it any more */
	tap_equal(pages_copied() - copied, 1);
	tap_equal(process_wait(child), CHILD_LOST);
}

static int
depth(int n)
{
	int child;

	memory[2 * PAGE_BYTES] = (char)n;
	if (n == 0)
		return 7;
	child = process_fork();
	if (!child)
		process_exit(depth(n - 1));
	int code = process_wait(child);
	return memory[2 * PAGE_BYTES] == n ? code : 99;
}

static void
test_deep(void)
{
	memory[2 * PAGE_BYTES] = 1;
	uint64_t before = holds();

	tap_equal(depth(2), 7);
	int first = process_fork();
	if (!first)
		process_exit(1);
	int second = process_fork();
	if (!second)
		process_exit(2);
	tap_equal(process_wait(second), 2);
	tap_equal(process_wait(first), 1);
	int lost = process_fork();
	if (!lost)
		call_thread_exit();
	tap_equal(process_wait(lost), CHILD_LOST);
	tap_equal(holds(), before);
}

static void
note(unsigned number)
{
	signals++;
	last = number;
	if (number == SIGNAL_FAULT)
		pages_protect(memory + 3 * PAGE_BYTES, 1, RIGHT_READ | RIGHT_WRITE);
}

static void
test_signals(void)
{
	process_signal(SIGNAL_FAULT, note);
	memory[3 * PAGE_BYTES] = 1;
	pages_protect(memory + 3 * PAGE_BYTES, 1, RIGHT_READ);
	memory[3 * PAGE_BYTES] = 2;
	tap_equal(signals, 1);
	tap_equal(memory[3 * PAGE_BYTES], 2);

	int child = process_fork();
	if (!child) {
		process_signal(9, note);
		while (last != 9)
			call_yield();
		process_exit((int)signals);
	}
	call_yield();
	tap_ok(process_kill(child, 9), "a signal for the child");
	tap_equal(process_wait(child), 2);
	tap_ok(!process_kill(child, 9), "it is not there any more");

	child = process_fork();
	if (!child)
		for (;;)
			call_yield();
	tap_ok(process_kill(child, 15), "a signal that it does not expect");
	tap_equal(process_wait(child), 128 + 15);
	child = process_fork();
	if (!child)
		__builtin_trap();
	tap_equal(process_wait(child), 128 + SIGNAL_TRAP);
	tap_ok(!process_kill(0, 9) && !process_kill(99, 9) && !process_kill(1, 99), "nonsense is refused");
}

/* Of eight pages of a file, two written: asked for five, a process gives five of the other six. */
static int
asked(void)
{
	static const char text[8 * 4096] = "a file";
	char *at = memory + 1000 * PAGE_BYTES;
	char sum = 0;

	pages_map(at, 8, text, sizeof(text));
	unsigned before = pages_count().there;
	for (unsigned i = 0; i < 8; i++)
		sum += at[i * PAGE_BYTES];
	at[1] = at[PAGE_BYTES] = 1;
	while (pages_count().there == before + 8)
		call_yield();
	if (pages_count().there != before + 3 || at[1] != 1 || at[PAGE_BYTES] != 1)
		return 1;
	return at[7 * PAGE_BYTES] == 0 && sum == 'a' ? 42 : 2;
}

static void
test_revocation(void)
{
	uint64_t allowance = 0, given = 0, held = 0, kmem, kmem_free, owed = 0;
	int child = process_fork();

	if (!child)
		process_exit(asked());
	for (int i = 0; i < 50; i++)
		call_yield();
	uint64_t slot = 40 + (uint64_t)child;
	tap_status(call_holdings(slot, &allowance, &given, &held, &kmem, &kmem_free), OK);
	tap_status(call_space_demand(slot, DEMAND_PAGES, allowance - held + 5, ~0ul >> 1, &owed), OK);
	tap_equal(owed, 5);
	tap_equal(process_wait(child), 42);
}

static volatile unsigned turns[2], over;

static void
spins(void *which)
{
	while (!over)
		turns[(uintptr_t)which]++;
}

/* Two threads that never yield both get on. */
static void
test_threads(void)
{
	unsigned a = thread_start(spins, (void *)0), b = thread_start(spins, (void *)1);

	threads_preempt();
	while (!turns[0] || !turns[1])
		;
	over = 1;
	thread_join(a);
	thread_join(b);
	tap_ok(turns[0] && turns[1], "both ran");
}

int
main(void)
{
	process_begin();
	test_file();
	test_fork();
	test_deep();
	test_signals();
	test_revocation();
	test_threads();
	tap_done();
}
