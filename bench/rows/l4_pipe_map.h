/* SPDX-License-Identifier: BSD-2-Clause */
/* The writer maps the pages that the bytes are in, and takes them back when the reader has answered: nothing is copied. */
#include "l4_pipe.h"

#define TAG	((uint64_t)IPC_TAG_OF(0, 1, 0) << IPC_TAG)
#define SIZE	(BYTES > 4096 ? 16u : 12u)
#define WINDOW	0x40000000ul

static void
reader(void)
{
	struct message m = { 0 };

	floating_point_use();
	thread_utcb()->window = (struct ipc_window){ .address = WINDOW, .size = SIZE };
	for (char turn = 1; message_ipc(CALL_IPC_REPLY_WAIT, PARTNER_ENDPOINT, &m) == OK; turn++)
		pipe_check((const char *)WINDOW, turn);
	call_thread_exit();
}

static void
setup(void)
{
	partner_start(true, reader);
	thread_utcb()->out[0] = (struct ipc_item){ .kind = ITEM_MAP, .rights = RIGHT_READ, .from = (uintptr_t)pipe_source, .size = SIZE };
}

static void
run(unsigned long count)
{
	static char turn;

	BENCH_LOOP(count) {
		pipe_fill(++turn);
		if ((uint32_t)ipc_signal(CALL_IPC_CALL | TAG, PARTNER_ENDPOINT) != OK)
			bench_fail("the reader does not take it");
		call_unmap(SLOT_OWN, (uintptr_t)pipe_source, 1ul << (SIZE - 12), 0, false);
	}
}

const struct benchmark benchmark = { .setup = setup, .run = run, .batch = BATCH };
