/* SPDX-License-Identifier: BSD-2-Clause */
#include "../twin_row.h"

#include <ipc/lrpc.h>

#define server_name	(*(volatile uint64_t *)TWIN_SHARED)

static uint64_t
same(uint64_t word)
{
	return word;
}

static void
server(uint64_t unused __attribute__((unused)))
{
	uint64_t name;

	trusted_begin(same, &name);
	server_name = name;
	lrpc_serve();
}

static void
setup(void)
{
	uint64_t name;

	trusted_begin(0, &name);
	pages_share(1);
	partner_start(1, server);
}

static void
run(unsigned long count)
{
	uint64_t name = server_name, word = 1;
	enum status status = OK;

	BENCH_LOOP(count)
		status |= trusted_call(name, &word);
	if (status)
		bench_fail("a call failed");
}

const struct benchmark benchmark = { .setup = setup, .run = run };
