/* SPDX-License-Identifier: BSD-2-Clause */
/* The pipe's server stands between writer and reader, each of the three in a space of its own: two copies, and a bell for the reader. */
#include "l4_pipe.h"

#include <servers/pipe.h>

#include "../../servers/pipe/pipe.h"

enum { READER_SPACE = 310, READER_THREAD, BELL, DONE };

static char reader_stack[4096] __attribute__((aligned(16)));

static void
server(void)
{
	floating_point_use();
	pipe_run(PARTNER_ENDPOINT);
	call_thread_exit();
}

static void
reader(void)
{
	uint64_t bits;

	floating_point_use();
	for (char turn = 1;; turn++) {
		for (uint64_t got = 0; got < BYTES;) {
			uint64_t bytes = BYTES - got;
			if (pipe_read(PARTNER_ENDPOINT, pipe_target + got, &bytes) == OK)
				got += bytes;
			else
				call_notification_wait(BELL, IPC_NEVER, &bits);
		}
		pipe_check(pipe_target, turn);
		call_notification_signal(DONE, 1);
	}
}

/* A third space, like the partner's. */
static void
reader_start(void)
{
	struct registers registers = { 0 };
	void *block = aligned_alloc(THREAD_BLOCK_ALIGN, thread_block_bytes());
	uint64_t id;

	partner_must(block ? OK : ERR_NO_KMEM);
	partner_space_make(READER_SPACE);
	partner_must(call_cap_grow(READER_SPACE, BELL));
	partner_must(call_cap_copy(BELL, READER_SPACE, BELL, RIGHTS_ALL));
	partner_must(call_cap_copy(DONE, READER_SPACE, DONE, RIGHTS_ALL));
	partner_must(call_thread_create(READER_SPACE, READER_THREAD, &id));
	registers.fs_base = thread_block_init(block);
	partner_must(call_thread_exchange(READER_THREAD, REGISTERS_BASES, (uintptr_t)&registers));
	partner_must(call_thread_start(READER_THREAD, (uintptr_t)reader, (uintptr_t)reader_stack + sizeof(reader_stack) - 8, 0));
}

static void
setup(void)
{
	partner_start(true, server);
	partner_must(call_notification_create(BELL));
	partner_must(call_notification_create(DONE));
	partner_must(pipe_listen(PARTNER_ENDPOINT, (struct rpc_cap){ .slot = BELL, .rights = RIGHTS_ALL }));
	reader_start();
	call_yield();
}

static void
run(unsigned long count)
{
	static char turn;

	BENCH_LOOP(count) {
		uint64_t taken, bits;
		pipe_fill(++turn);
		if (pipe_write(PARTNER_ENDPOINT, pipe_source, BYTES, &taken) != OK || taken != BYTES)
			bench_fail("the pipe does not take it");
		call_notification_wait(DONE, IPC_NEVER, &bits);
	}
}

const struct benchmark benchmark = { .setup = setup, .run = run, .batch = BATCH };
