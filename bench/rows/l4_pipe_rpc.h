/* SPDX-License-Identifier: BSD-2-Clause */
/* The writer calls the reader with a string, which the kernel copies from space to space. */
#include "l4_pipe.h"

#define TAG	((uint64_t)IPC_TAG_OF(0, 0, 1) << IPC_TAG)

static void
reader(void)
{
	struct message m = { 0 };

	floating_point_use();
	thread_utcb()->buffer[0] = (struct ipc_string){ (uintptr_t)pipe_target, BYTES };
	for (char turn = 1; message_ipc(CALL_IPC_REPLY_WAIT, PARTNER_ENDPOINT, &m) == OK; turn++)
		pipe_check(pipe_target, turn);
	call_thread_exit();
}

static void
setup(void)
{
	partner_start(true, reader);
	thread_utcb()->string[0] = (struct ipc_string){ (uintptr_t)pipe_source, BYTES };
}

static void
run(unsigned long count)
{
	static char turn;

	BENCH_LOOP(count) {
		pipe_fill(++turn);
		if ((uint32_t)ipc_signal(CALL_IPC_CALL | TAG, PARTNER_ENDPOINT) != OK)
			bench_fail("the reader does not take it");
	}
}

const struct benchmark benchmark = { .setup = setup, .run = run, .batch = BATCH };
