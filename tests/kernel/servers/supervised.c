/* SPDX-License-Identifier: BSD-2-Clause */
/* Servers that die, hang, leave, are replaced by another version, and run side by side: what their clients see. */
#include <janus/slots.h>
#include <l4/rpc.h>
#include <l4/stubs.h>
#include <l4/thread.h>
#include <servers/control.h>
#include <servers/root.h>
#include <servers/victim.h>
#include "tap.h"

static uint64_t root, victim;
static volatile unsigned other_failed, other_done;
static volatile uint64_t other_version;

static uint64_t
version(void)
{
	uint64_t which = 0, requests;

	return victim_which(victim, &which, &requests) == OK ? which : 0;
}

static uint64_t
starts_of(const char *name)
{
	uint64_t running, starts = 0;

	root_state(root, name, &running, &starts);
	return starts;
}

/* A client beside this one, which asks all the time. */
static void
other(void *unused)
{
	while (!other_done) {
		uint64_t which = 0, requests;
		enum status status = victim_which(victim, &which, &requests);
		if (status)
			other_failed++;
		other_version = which;
		call_yield();
	}
}

static void
test_restart(void)
{
	uint64_t which, requests = 0;

	tap_equal(version(), 1);
	for (uint64_t i = 2; i < 5; i++) {
		tap_status(victim_crash(victim), ERR_CANCELLED);
		tap_status(victim_which(victim, &which, &requests), OK);
		tap_equal(requests, 1);
		tap_equal(starts_of("victim"), i);
	}
	tap_status(victim_leave(victim), ERR_CANCELLED);
	tap_equal(version(), 1);
	tap_equal(starts_of("victim"), 5);
	tap_status(root_kill(root, "victim"), OK);
	tap_status(root_kill(root, "nobody"), ERR_NOT_FOUND);
	tap_status(root_kill(root, "victim2"), ERR_WRONG_STATE);
	tap_equal(version(), 1);
	tap_equal(starts_of("victim"), 6);
}

/* One that hangs: its client gives up in its own time, and an administrator starts another. */
static void
test_hang(void)
{
	uint64_t which;

	rpc_timeouts = IPC_TICKS(763ul, 10) << IPC_RECEIVE_TIME | IPC_TICKS(763ul, 10) << IPC_SEND_TIME;
	tap_status(victim_hang(victim), ERR_TIMEOUT);
	tap_status(control_version(victim, &which), ERR_TIMEOUT);
	rpc_timeouts = 0;
	tap_status(root_stop(root, "victim"), OK);
	tap_status(root_stop(root, "victim"), ERR_WRONG_STATE);
	tap_status(root_start(root, "victim"), OK);
	tap_status(root_start(root, "victim"), ERR_EXISTS);
	tap_status(root_start(root, "nobody"), ERR_NOT_FOUND);
	tap_equal(version(), 1);
}

static void
test_replace(void)
{
	uint64_t thread, before = starts_of("victim");

	tap_status(thread_run(other, NULL, 100, &thread), OK);
	for (int i = 0; i < 8; i++)
		call_yield();
	tap_equal(other_version, 1);
	tap_status(root_replace(root, "victim", "victim2"), OK);
	tap_equal(version(), 2);
	for (int i = 0; i < 8; i++)
		call_yield();
	tap_equal(other_version, 2);
	tap_status(root_replace(root, "victim", "victim2"), ERR_WRONG_STATE);
	tap_status(root_replace(root, "victim2", "names"), ERR_WRONG_STATE);
	tap_status(root_replace(root, "victim2", "nobody"), ERR_NOT_FOUND);
	tap_status(root_replace(root, "victim2", "victim2"), ERR_EXISTS);
	tap_status(root_replace(root, "victim2", "victim"), OK);
	tap_equal(version(), 1);
	tap_equal(starts_of("victim"), before + 1);
	tap_equal(other_failed, 0);
	other_done = true;
	call_yield();
}

/* Both versions receive from one endpoint; when one dies the other goes on. */
static void
test_side_by_side(void)
{
	unsigned seen = 0;

	tap_status(root_start(root, "victim2"), OK);
	for (int i = 0; i < 16; i++)
		seen |= 1u << version();
	tap_equal(seen, 1u << 1 | 1u << 2);
	tap_status(root_stop(root, "victim"), OK);
	for (int i = 0; i < 4; i++)
		tap_equal(version(), 2);
	tap_status(root_stop(root, "victim2"), OK);
	tap_status(root_start(root, "victim"), OK);
	tap_equal(version(), 1);
}

/* What a program had is another's afterwards: kernel memory for all of these at once there is not. */
static void
test_often(void)
{
	enum status status = OK;

	for (int i = 0; i < 150 && !status; i++) {
		status = root_start(root, "victim2");
		if (!status)
			status = root_stop(root, "victim2");
	}
	tap_status(status, OK);
}

/* A program that ends for good is not started for ever. */
static void
test_limit(void)
{
	enum status status = ERR_CANCELLED;

	rpc_timeouts = IPC_TICKS(763ul, 10) << IPC_SEND_TIME;
	for (int i = 0; i < 20 && status == ERR_CANCELLED; i++)
		status = victim_crash(victim);
	tap_equal(status, ERR_TIMEOUT);
	tap_equal(starts_of("victim"), 16);
}

int
main(void)
{
	root = environment_slot("root");
	victim = environment_slot("victim");
	test_restart();
	test_hang();
	test_replace();
	test_side_by_side();
	test_often();
	test_limit();
	tap_done();
}
