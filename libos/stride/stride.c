/* SPDX-License-Identifier: BSD-2-Clause */
/* The scheduler of stride.h. */
#include <stdbool.h>
#include <stddef.h>
#include <exo/yield.h>
#include "stride.h"

/* Passes may wrap around: they are never further apart than the largest stride. */
static bool
before(uint64_t a, uint64_t b)
{
	return (int64_t)(a - b) < 0;
}

static struct stride_client *
least(struct stride *s)
{
	struct stride_client *found = s->clients ? &s->client[0] : NULL;

	for (unsigned i = 1; i < s->clients; i++)
		if (before(s->client[i].pass, found->pass))
			found = &s->client[i];
	return found;
}

enum status
stride_add(struct stride *s, uint64_t name, uint64_t tickets)
{
	struct stride_client *first = least(s);

	if (!tickets || tickets > STRIDE_ONE)
		return ERR_BAD_VALUE;
	if (s->clients == STRIDE_CLIENTS)
		return ERR_LIMIT;
	s->client[s->clients++] = (struct stride_client){ .name = name, .stride = STRIDE_ONE / tickets, .pass = first ? first->pass : 0 };
	return OK;
}

struct stride_client *
stride_next(struct stride *s)
{
	struct stride_client *c = least(s);

	if (!c)
		return NULL;
	c->pass += c->stride;
	c->turns++;
	return c;
}

enum status
stride_turn(struct stride *s)
{
	for (unsigned tried = 0; tried < STRIDE_CLIENTS && s->clients; tried++) {
		struct stride_client *c = stride_next(s);
		enum status status = yield_to(c->name);
		if (!status)
			return OK;
		c->turns--;
		if (status == ERR_NOT_FOUND)
			*c = s->client[--s->clients];
	}
	return ERR_NOT_FOUND;
}
