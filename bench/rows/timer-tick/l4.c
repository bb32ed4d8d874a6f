/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_partner.h"
#include "interval.h"

#define SOON	((uint64_t)IPC_TICKS(50, 10))	/* 51,200 ticks: more than lies between the call and the next reading */

static int64_t undisturbed;	/* between two readings when nothing comes between */

static void
server(void)
{
	while (ipc_signal(CALL_IPC_REPLY_WAIT, PARTNER_ENDPOINT) == OK)
		;
	call_thread_exit();
}

static void
setup(void)
{
	undisturbed = interval(1);
	partner_start(true, server);
}

/* The reply comes long before its deadline, for which the timer is set. */
static void
prepare(unsigned long count)
{
	ipc_signal(CALL_IPC_CALL | SOON << IPC_RECEIVE_TIME, PARTNER_ENDPOINT);
}

static int64_t
sample(void)
{
	return interval(2 * undisturbed) - undisturbed;
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .sample = sample };
