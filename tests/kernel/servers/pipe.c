/* SPDX-License-Identifier: BSD-2-Clause */
/* The pipe's server: bytes in order, what does not fit, nothing there, and the bell. */
#include <string.h>
#include <janus/kinds.h>
#include <l4/rpc.h>
#include <l4/stubs.h>
#include <l4/thread.h>
#include <servers/pipe.h>
#include "tap.h"

static char in[64 << 10], out[64 << 10];

int
main(void)
{
	uint64_t pipe = environment_slot("pipe"), bell = slot_take(), taken = 0, bytes = sizeof(out), bits = 0;

	tap_status(call_notification_create(bell), OK);
	tap_status(pipe_listen(pipe, (struct rpc_cap){ .slot = bell, .rights = RIGHTS_ALL }), OK);
	tap_status(pipe_read(pipe, out, &bytes), ERR_NOT_FOUND);
	for (unsigned i = 0; i < sizeof(in); i++)
		in[i] = (char)(i * 7);
	tap_status(pipe_write(pipe, in, 1000, &taken), OK);
	tap_equal(taken, 1000);
	tap_status(call_notification_wait(bell, IPC_NEVER, &bits), OK);
	tap_status(pipe_write(pipe, in + 1000, sizeof(in) - 1000, &taken), OK);
	tap_equal(taken, sizeof(in) - 1000);
	tap_status(pipe_write(pipe, in, 1, &taken), OK);
	tap_equal(taken, 0);
	bytes = sizeof(out);
	tap_status(pipe_read(pipe, out, &bytes), OK);
	tap_ok(bytes == sizeof(out) && !memcmp(in, out, sizeof(out)), "all bytes, in order");
	bytes = sizeof(out);
	tap_status(pipe_read(pipe, out, &bytes), ERR_NOT_FOUND);
	tap_done();
}
