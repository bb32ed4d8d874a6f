/* SPDX-License-Identifier: BSD-2-Clause */
/* A stub's call of a server in another space, whose loop is the library's: one word there, one back. */
#include "../l4_partner.h"

#include <l4/rpc.h>
#include <servers/control.h>

static enum status
nothing(struct message *m)
{
	return ERR_NO_CALL;
}

static void
server(void)
{
	floating_point_use();
	server_run(&(struct server){ .endpoint = PARTNER_ENDPOINT, .serve = nothing, .version = 7 });
	call_thread_exit();
}

static void
setup(void)
{
	partner_start(true, server);
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count) {
		uint64_t version = 0;
		if (control_version(PARTNER_ENDPOINT, &version) != OK || version != 7)
			bench_fail("the server does not answer");
	}
}

const struct benchmark benchmark = { .setup = setup, .run = run };
