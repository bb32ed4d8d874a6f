/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads that are asleep: their timeouts are pending throughout. */
#include "company.h"

#include <janus/rt.h>
#include <janus/status.h>
#include <probe/own.h>
#include <probe/stubs.h>

#define COMPANIONS	8
#define FIRST_SLOT	1		/* slots 1 to 8 are theirs: a row takes others */
#define STACK_BYTES	4096
#define FOR_EVER	(1ul << 60)	/* ticks */

static void
companion(void)
{
	floating_point_use();
	for (;;)
		call_sleep(FOR_EVER);
}

static enum status
companion_create(uint64_t slot)
{
	uint64_t id;

	return call_thread_create(PROBE_OWN, 0, slot, &id);
}

#include "../threads.h"

void
company_start(void)
{
	companions_start();
}
