/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The name server: capabilities by name.  A client may have PER_CLIENT names, so that none fills the table up.  What was published goes when
 * its object does: find then says so and the name is free.
 */
#include <string.h>
#include <janus/kinds.h>
#include <janus/slots.h>
#include <l4/stubs.h>
#include <l4/thread.h>
#include <servers/names_serve.h>

#define NAMES		64
#define PER_CLIENT	8

struct entry {
	char name[RPC_NAME];		/* "": free */
	uint64_t owner;			/* badge */
	uint64_t slot;			/* taken once, kept */
};

static struct entry entries[NAMES];
static uint64_t copy;			/* slot of what a reply gives */

static struct entry *
entry_named(const char *name)
{
	for (struct entry *e = entries; e < entries + NAMES; e++) {
		if (!strcmp(e->name, name))
			return e;
	}
	return NULL;
}

static unsigned
count_of(uint64_t owner)
{
	unsigned count = 0;

	for (const struct entry *e = entries; e < entries + NAMES; e++)
		count += *e->name && e->owner == owner;
	return count;
}

static void
entry_free(struct entry *e)
{
	call_cap_delete(e->slot);
	*e->name = '\0';
}

enum status
serve_names_publish(const struct message *m, const char service[RPC_NAME], uint64_t at)
{
	struct entry *e = entry_named("");

	if (!*service)
		return ERR_BAD_VALUE;
	if (entry_named(service))
		return ERR_EXISTS;
	if (!e || count_of(m->badge) == PER_CLIENT)
		return ERR_LIMIT;
	if (!e->slot)
		e->slot = slot_take();
	if (!e->slot)
		return ERR_NO_KMEM;
	enum status status = call_cap_move(at, SLOT_OWN, e->slot);
	if (status)
		return status;
	memcpy(e->name, service, RPC_NAME);
	e->owner = m->badge;
	return OK;
}

enum status
serve_names_find(const struct message *m, const char service[RPC_NAME], struct rpc_cap *at)
{
	struct entry *e = *service ? entry_named(service) : NULL;

	if (!e)
		return ERR_NOT_FOUND;
	call_cap_delete(copy);		/* that of a reply which did not get through */
	if (call_cap_copy(e->slot, SLOT_OWN, copy, RIGHTS_ALL)) {
		entry_free(e);
		return ERR_NOT_FOUND;
	}
	*at = (struct rpc_cap){ .slot = copy, .rights = RIGHTS_ALL, .move = true };
	return OK;
}

enum status
serve_names_withdraw(const struct message *m, const char service[RPC_NAME])
{
	struct entry *e = *service ? entry_named(service) : NULL;

	if (!e)
		return ERR_NOT_FOUND;
	if (e->owner != m->badge && m->badge != BADGE_ROOT)
		return ERR_NO_RIGHT;
	entry_free(e);
	return OK;
}

int
main(void)
{
	copy = slot_take();
	server_run(&(struct server){
		.endpoint = environment_service(), .serve = names_serve, .version = 1, .slot = slot_take() });
	return 0;
}
