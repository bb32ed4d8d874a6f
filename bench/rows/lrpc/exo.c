/* SPDX-License-Identifier: BSD-2-Clause */
#include "../twin_row.h"

#include <ipc/lrpc.h>

#define server_name	(*(volatile uint64_t *)TWIN_SHARED)

static void
empty(uint64_t client __attribute__((unused)), struct lrpc *m __attribute__((unused)))
{
}

static void
server(uint64_t unused __attribute__((unused)))
{
	uint64_t name;

	lrpc_begin(empty, &name);
	server_name = name;
	lrpc_serve();
}

static void
setup(void)
{
	uint64_t name;

	lrpc_begin(0, &name);
	pages_share(1);
	partner_start(1, server);
}

static void
run(unsigned long count)
{
	struct lrpc m = { { 1, 2, 3 } };
	uint64_t name = server_name;
	enum status status = OK;

	BENCH_LOOP(count)
		status |= lrpc_call(name, &m);
	if (status)
		bench_fail("a call failed");
}

const struct benchmark benchmark = { .setup = setup, .run = run };
