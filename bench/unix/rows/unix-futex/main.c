/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <stdatomic.h>
#include <stddef.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define FUTEX_WAIT	0	/* musl has the numbers of calls, not those of their operations */
#define FUTEX_WAKE	1

/* Two words, each waited for by one of the two processes. */
static struct turns {
	atomic_int ours, theirs;
} *turns;

static void
wake(atomic_int *word)
{
	atomic_store(word, 1);
	syscall(SYS_futex, word, FUTEX_WAKE, 1, NULL, NULL, 0);
}

static void
wait_for(atomic_int *word)
{
	while (!atomic_exchange(word, 0))
		syscall(SYS_futex, word, FUTEX_WAIT, 0, NULL, NULL, 0);
}

static void
setup(void)
{
	turns = mmap(NULL, sizeof(*turns), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (turns == MAP_FAILED)
		bench_fail("no shared memory");
	pid_t parent = getpid(), pid = fork();
	if (pid < 0)
		bench_fail("no other process");
	if (pid)
		return;
	while (getppid() == parent) {
		wait_for(&turns->theirs);
		wake(&turns->ours);
	}
	_exit(0);
}

static void
teardown(void)
{
	atomic_store(&turns->theirs, 1);
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count) {
		wake(&turns->theirs);
		wait_for(&turns->ours);
	}
}

const struct benchmark benchmark = { .setup = setup, .teardown = teardown, .run = run };
