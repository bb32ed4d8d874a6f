/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A long chain of servers works for an urgent client, who has patience for so long and no more.  Then none of them is urgent: who is between
 * comes to run, also when a server in the midst of the chain goes away while the others are being told.
 *
 *   client ---> 0 ---> 1 ---> ... ---> SERVERS - 1, which spins
 */
#include "schedule.h"

#define SERVERS		100u
#define TOLD		64u		/* at once: of the rest later */
#define ENDPOINT	128		/* slots */
#define SERVER		256
#define PATIENCE	((uint64_t)IPC_TICKS(977, 10))
#define PATIENCE_TICKS	(977ul << 10)
#define MOMENTS		24		/* at which somebody goes away, behind the end of the client's patience */
#define STEP		400ul

static char chain_stacks[SERVERS][WORKER_STACK] __attribute__((aligned(16)));

static void
server(unsigned long which)
{
	while (ipc_signal(CALL_IPC_REPLY_WAIT, ENDPOINT + which) == OK)
		if (which + 1 < SERVERS)
			ipc_signal(CALL_IPC_CALL, ENDPOINT + which + 1);
		else
			spin(0);
	call_thread_exit();
}

static void
client(unsigned long which)
{
	status[which] = ipc_signal(CALL_IPC_CALL | PATIENCE << IPC_RECEIVE_TIME, ENDPOINT);
	call_thread_exit();
}

static unsigned
servers_start(void)
{
	unsigned failed = 0;

	for (unsigned i = 0; i < SERVERS; i++) {
		failed |= worker_start(SERVER + i, chain_stacks[i], server, i);
		failed |= call_thread_priority(SERVER + i, 50);
	}
	sleep_for(PERIOD);
	return failed;
}

/* NONE of the servers, or the one, goes away so many TICKS after the client's patience. */
static void
client_leaves(uint64_t ticks, unsigned gone)
{
	unsigned failed = servers_start();

	begin(2, spin, 100, SLOT_NONE);
	begin(1, client, 200, SLOT_NONE);
	sleep_for(PATIENCE_TICKS / 2);
	uint64_t before = ticks_of(2);
	sleep_for(PATIENCE_TICKS / 2 + ticks);
	if (gone < SERVERS)
		failed |= call_object_destroy(SERVER + gone);
	sleep_for(PERIOD);
	tap_equal(failed, 0);
	tap_equal(status[1], ERR_TIMEOUT);
	tap_ok(ticks_of(2) > before, "who is between runs");
	stop(2);
	for (unsigned i = 0; i < SERVERS; i++)
		if (i != gone)
			call_object_destroy(SERVER + i);
}

int
main(void)
{
	unsigned failed = 0;

	call_thread_priority(SLOT_OWN, ABOVE);
	call_endpoint_create(SLEEP);
	for (unsigned long slot = ENDPOINT; slot < SERVER + SERVERS; slot += 64)
		failed |= call_cap_grow(SLOT_OWN, slot);
	for (unsigned long i = 0; i < SERVERS; i++)
		failed |= call_endpoint_create(ENDPOINT + i);
	tap_equal(failed, 0);
	client_leaves(0, SERVERS);
	for (uint64_t moment = 0; moment < MOMENTS; moment++)
		client_leaves(moment * STEP, TOLD - 1 + moment % 3);
	tap_done();
}
