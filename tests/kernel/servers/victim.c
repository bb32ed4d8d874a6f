/* SPDX-License-Identifier: BSD-2-Clause */
/* The server of victim.def.  Its version is its argument. */
#include <stdlib.h>
#include <l4/stubs.h>
#include <l4/thread.h>
#include <servers/victim_serve.h>

static unsigned version;
static uint64_t requests;

enum status
serve_victim_which(const struct message *m, uint64_t *which, uint64_t *count)
{
	*which = version;
	*count = ++requests;
	return OK;
}

enum status
serve_victim_crash(const struct message *m)
{
	__asm__ volatile("div %%rcx" : : "a"(1), "d"(0), "c"(0));
	return OK;
}

enum status
serve_victim_hang(const struct message *m)
{
	uint64_t never = slot_take(), bits;

	call_notification_create(never);
	return call_notification_wait(never, IPC_NEVER, &bits);
}

enum status
serve_victim_leave(const struct message *m)
{
	exit(EXIT_SUCCESS);
}

int
main(int argc, char **argv)
{
	version = argc > 1 ? (unsigned)atoi(argv[1]) : 1;
	server_run(&(struct server){ .endpoint = environment_service(), .serve = victim_serve, .version = version });
	return EXIT_SUCCESS;
}
