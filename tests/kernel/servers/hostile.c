/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A client that means harm, against every server that it may call: words of all kinds, strings that are huge, missing or point nowhere, capabilities and pages
 * that nobody asked for, floods, death in the middle of a call.  After each attempt every server must answer in time, to another client as well, and be the one
 * that it was.
 */
#include <string.h>
#include <janus/kinds.h>
#include <janus/slots.h>
#include <l4/rpc.h>
#include <l4/stubs.h>
#include <l4/thread.h>
#include "services.h"
#include "tap.h"

#define ATTEMPTS	150
#define NOWHERE		0x123456789000ul
#define PATIENCE	IPC_TICKS(763ul, 16)	/* 50 million ticks: a server that needs more hangs */

static const char *const services[] = { "console", "names", "pipe", "root", "sigma0", "timer", "zero" };
#define SERVICES	(sizeof(services) / sizeof(services[0]))

static uint64_t server;			/* that is attacked */
static char huge[64 << 10];

static uint64_t
random_word(void)
{
	static uint64_t state = 88172645463325252ul;

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}

/* Every server answers, and none was started again. */
static void
all_answer(const char *after)
{
	for (unsigned i = 0; i < SERVICES; i++) {
		uint64_t version = 0, running = 0, starts = 0;
		enum status status = control_version(environment_slot(services[i]), &version);
		if (strcmp(services[i], "root"))
			root_state(environment_slot("root"), services[i], &running, &starts);
		else
			starts = 1;
		if (status || !version || starts != 1)
			printf("# %s: %s, started %lu times\n", services[i], status_string(status), starts);
		tap_ok(!status && version && starts == 1, after);
	}
}

/* --- attempts ---------------------------------------------------------------------------------------------------------------- */

/* Operations and arguments that no stub would send; but the end of this program is not asked for. */
static void
words(void)
{
	for (int i = 0; i < ATTEMPTS; i++) {
		struct message m = { 0 };
		for (int w = 0; w < IPC_WORDS; w++)
			m.word[w] = random_word() >> random_word() % 64;
		m.word[0] = random_word() % 8 << 16 | random_word() % 12;
		if (m.word[0] != ROOT_EXIT)
			rpc_call(server, &m);
	}
}

/* Strings from where nothing is, to where nothing is, and longer than anybody takes. */
static void
strings(void)
{
	static const uint64_t operation[] = { CONSOLE_PUT, NAMES_FIND, CONTROL_VERSION, ~0ul };

	for (unsigned i = 0; i < 4; i++) {
		struct message m = { .word[0] = operation[i] };
		rpc_data_put(&m, huge, sizeof(huge));
		rpc_call(server, &m);
		m = (struct message){ .word[0] = operation[i] };
		rpc_data_put(&m, (void *)NOWHERE, 4096);
		rpc_call(server, &m);
		m = (struct message){ .word[0] = operation[i] };
		rpc_data_put(&m, huge + sizeof(huge) - 100, 1ul << 40);
		rpc_call(server, &m);
	}
	uint64_t bytes = 4096;
	console_get(server, (void *)NOWHERE, &bytes);
}

/* Capabilities and pages with requests that have no use for them. */
static void
gifts(void)
{
	uint64_t endpoint = slot_take();
	static char page[4096] __attribute__((aligned(4096)));

	call_endpoint_create(endpoint);
	for (int i = 0; i < 100; i++) {
		struct message m = { .word[0] = i % 2 ? (uint64_t)CONTROL_VERSION : (uint64_t)TIMER_NOW };
		struct rpc_cap cap = { .slot = endpoint, .rights = RIGHTS_ALL };
		struct rpc_page gift = { .address = (uintptr_t)page, .size = 12, .rights = RIGHT_READ };
		if (i % 3)
			rpc_cap_put(&m, &cap);
		if (i % 3 != 1)
			rpc_page_put(&m, &gift);
		rpc_call(server, &m);
	}
	call_object_destroy(endpoint);
	slot_give(endpoint);
}

/* Requests without end, which nobody waits for the answer of. */
static void
flood(void)
{
	for (int i = 0; i < ATTEMPTS; i++) {
		struct message m = { .word[0] = CONTROL_VERSION };
		message_ipc(CALL_IPC_SEND | (uint64_t)IPC_AT_ONCE << IPC_SEND_TIME, server, &m);
		m.word[0] = SIGMA0_USAGE;
		message_ipc(CALL_IPC_CALL | (uint64_t)IPC_AT_ONCE << IPC_RECEIVE_TIME, server, &m);
	}
}

static void
caller(void *unused)
{
	char text[] = "#";
	uint64_t taken;

	for (;;)
		console_put(server, text, 1, &taken);
}

/* A thread that dies wherever it happens to be in a call. */
static void
deaths(void)
{
	for (int i = 0; i < 20; i++) {
		uint64_t thread;
		if (thread_run(caller, NULL, i % 2 ? 100 : 1, &thread))
			break;
		for (int n = 0; n < i; n++)
			call_yield();
		call_object_destroy(thread);
		slot_give(thread);
	}
	printf("\n");
}

static void
sender(void *unused)
{
	struct message m = { .word[0] = CONSOLE_PUT };

	rpc_data_put(&m, (void *)NOWHERE, 4096);
	rpc_call(server, &m);
	for (;;)
		thread_pause(IPC_NEVER);
}

/* A string whose pages a pager is asked for that does not answer. */
static void
silence(void)
{
	uint64_t pager = slot_take(), thread;

	call_endpoint_create(pager);
	if (thread_run(sender, NULL, 100, &thread) == OK) {
		call_thread_pager(thread, pager);
		call_yield();
		uint64_t version;
		control_version(server, &version);
		call_object_destroy(thread);
		slot_give(thread);
	}
	call_object_destroy(pager);
	slot_give(pager);
}

static const struct {
	void (*attempt)(void);
	const char *after;
} attempts[] = {
	{ words, "all servers answer after random words" },
	{ strings, "all servers answer after bad strings" },
	{ gifts, "all servers answer after gifts" },
	{ flood, "all servers answer after a flood" },
	{ silence, "all servers answer after a pager's silence" },
	{ deaths, "all servers answer after deaths in calls" },
};

int
main(void)
{
	uint64_t total, before = 0, mine = 0, limit = 0, unused = 0;

	rpc_timeouts = PATIENCE << IPC_SEND_TIME | PATIENCE << IPC_RECEIVE_TIME;
	thread_utcb();
	all_answer("all servers answer at first");
	sigma0_usage(environment_slot("sigma0"), &total, &before, &mine, &limit);
	for (unsigned a = 0; a < sizeof(attempts) / sizeof(attempts[0]); a++) {
		for (unsigned i = 0; i < SERVICES; i++) {
			server = environment_slot(services[i]);
			attempts[a].attempt();
		}
		all_answer(attempts[a].after);
	}
	sigma0_usage(environment_slot("sigma0"), &total, &unused, &mine, &limit);
	tap_ok(before - unused == mine && mine <= limit, "no memory went but what this program has");
	tap_done();
}
