/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Parcels, and open files on their way.
 *
 * Dropping an open file may end a socket, and with it open files that wait there, and so on: they are buried one after the other, not one within the other.
 */
#include <errno.h>
#include <unix/arena.h>
#include "socket.h"

/* --- rights --------------------------------------------------------------------------------------------------------------------------------- */

int
rights_add(struct rights **rights, struct file *f)
{
	struct rights *r = *rights;

	if (!r || r->count == RIGHTS) {
		r = arena_take(ARENA_RIGHTS);
		if (!r)
			return -ENOMEM;
		r->next = *rights;
		*rights = r;
	}
	file_hold(f);
	r->file[r->count++] = f;
	shared->terminal.flying++;
	return 0;
}

/* Lists have the last ones first; adding them in the order of the list would turn them round. */
struct rights *
rights_copy(const struct rights *from)
{
	struct rights *copy = NULL;

	if (!from)
		return NULL;
	copy = rights_copy(from->next);
	for (uint32_t i = 0; i < from->count; i++) {
		if (rights_add(&copy, from->file[i]))
			break;
	}
	return copy;
}

void
rights_drop(struct rights *rights)
{
	struct terminal_state *s = &shared->terminal;

	while (rights) {
		struct rights *next = rights->next;
		rights->next = s->dead;
		s->dead = rights;
		rights = next;
	}
	if (s->burying)
		return;
	s->burying = true;
	while ((rights = s->dead)) {
		s->dead = rights->next;
		s->flying -= rights->count;
		while (rights->count)
			file_drop(rights->file[--rights->count]);
		arena_give(ARENA_RIGHTS, rights);
	}
	s->burying = false;
}

/* --- parcels ----------------------------------------------------------------------------------------------------------------------------------- */

bool
parcel_add(struct socket *to, const struct parcel *like, uint32_t bytes)
{
	struct parcel *p = arena_take(ARENA_PARCEL);

	if (!p)
		return false;
	*p = *like;
	p->next = NULL;
	p->start = to->came;
	p->bytes = bytes;
	if (to->last)
		to->last->next = p;
	else
		to->first = p;
	to->last = p;
	to->parcels++;
	return true;
}

void
parcel_remove(struct socket *s)
{
	struct parcel *p = s->first;

	s->first = p->next;
	if (!s->first)
		s->last = NULL;
	s->parcels--;
	arena_give(ARENA_PARCEL, p);
}

void
parcels_drop(struct socket *s)
{
	while (s->first) {
		struct rights *rights = s->first->rights;
		parcel_remove(s);
		rights_drop(rights);
	}
}
