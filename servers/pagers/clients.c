/* SPDX-License-Identifier: BSD-2-Clause */
/* Clients: see clients.h. */
#include <stddef.h>
#include "clients.h"

#define PAGE		4096ul
#define ADDRESS_END	(1ul << 47)

struct client *
client_of(struct clients *c, uint64_t badge)
{
	for (struct client *client = c->client; client < c->client + CLIENTS; client++) {
		if (client->badge == badge)
			return client;
	}
	return NULL;
}

enum status
client_adopt(struct clients *c, uint64_t badge)
{
	struct client *client = client_of(c, badge);

	if (!client)
		client = client_of(c, 0);
	if (!client)
		return ERR_LIMIT;
	client->badge = badge;
	client->regions = 0;
	return OK;
}

enum status
region_add(struct clients *c, uint64_t badge, struct region r)
{
	struct client *client = badge ? client_of(c, badge) : NULL;

	if (!client)
		return ERR_NOT_FOUND;
	if (!r.pages || r.start % PAGE || r.start >= ADDRESS_END || r.pages > (ADDRESS_END - r.start) / PAGE)
		return ERR_BAD_VALUE;
	for (unsigned i = 0; i < client->regions; i++) {
		const struct region *other = &client->region[i];
		if (r.start < other->start + other->pages * PAGE && other->start < r.start + r.pages * PAGE)
			return ERR_BAD_VALUE;
	}
	if (client->regions == REGIONS)
		return ERR_LIMIT;
	client->region[client->regions++] = r;
	return OK;
}

const struct region *
region_at(const struct client *client, uint64_t address)
{
	for (unsigned i = 0; i < client->regions; i++) {
		const struct region *r = &client->region[i];
		if (address >= r->start && address - r->start < r->pages * PAGE)
			return r;
	}
	return NULL;
}
