/* SPDX-License-Identifier: BSD-2-Clause */
/* lrpc's state, and what is not on the way of a call. */
#include <exo/stubs.h>
#include <ipc/lrpc.h>
#include <ipc/lrpc_offsets.h>

_Static_assert(LRPC_BUSY == ERR_WRONG_STATE && LRPC_CANCELLED == ERR_CANCELLED, "the assembler's numbers");

uint64_t lrpc_partner = LRPC_NOBODY;	/* whose answer is awaited */
uint64_t lrpc_stack;			/* of the call that awaits it */
uintptr_t lrpc_function;		/* the service; which kind, says the entry */
char lrpc_service_stack[LRPC_STACK] __attribute__((aligned(16)));

extern char lrpc_entry[], trusted_entry[], trusted_server_entry[];
void lrpc_client_gone(void) __attribute__((noreturn));

/* For those who have no service. */
static void
nothing_served(uint64_t client __attribute__((unused)), struct lrpc *m)
{
	*m = (struct lrpc){ { 0 } };
}

enum status
lrpc_begin(lrpc_service *service, uint64_t *name)
{
	lrpc_function = (uintptr_t)(service ? service : nothing_served);
	return call_entry((uintptr_t)lrpc_entry, name);
}

enum status
trusted_begin(trusted_service *service, uint64_t *name)
{
	lrpc_function = (uintptr_t)service;
	return call_entry(service ? (uintptr_t)trusted_server_entry : (uintptr_t)trusted_entry, name);
}

enum status
lrpc_serve(void)
{
	return call_park();
}

/*
 * The client whom an answer was for is not there to be entered.  When it is dead, the share is our own again, and we wait for the next; when it
 * cannot run now, we are still on its share, which nobody misses: the time passes until it ends.
 */
void
lrpc_client_gone(void)
{
	for (;;)
		if (call_park())
			call_yield();
}
