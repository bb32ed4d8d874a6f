/* SPDX-License-Identifier: BSD-2-Clause */
/* The list of a memory's areas: ascending, apart. */
#include <errno.h>
#include "area.h"

struct area *
area_make(const struct area *like)
{
	struct area *a = arena_pick(ARENA_AREA);

	if (!a)
		return NULL;
	*a = *like;
	if (a->node) {
		node_hold(a->node);
		node_mapped(a->node);
	}
	return a;
}

void
area_free(struct area *a)
{
	if (a->node) {
		node_unmapped(a->node);
		node_drop(a->node);
	}
	arena_give(ARENA_AREA, a);
}

/* Searches go on where the last one ended. */
struct area *
area_from(struct memory *m, uint64_t address)
{
	struct area *a = m->recent ? m->recent : m->first;

	while (a && a->before && a->before->end > address)
		a = a->before;
	while (a && a->end <= address)
		a = a->next;
	if (a)
		m->recent = a;
	return a;
}

struct area *
area_at(struct memory *m, uint64_t address)
{
	struct area *a = area_from(m, address);

	return a && a->start <= address ? a : NULL;
}

void
area_link(struct memory *m, struct area *before, struct area *a)
{
	a->before = before;
	a->next = before ? before->next : m->first;
	if (a->next)
		a->next->before = a;
	if (before)
		before->next = a;
	else
		m->first = a;
}

static void
area_unlink(struct memory *m, struct area *a)
{
	if (a->next)
		a->next->before = a->before;
	if (a->before)
		a->before->next = a->next;
	else
		m->first = a->next;
	if (m->recent == a)
		m->recent = a->before;
}

void
area_insert(struct memory *m, struct area *a)
{
	struct area *next = area_from(m, a->start), *before = next ? next->before : m->recent ? m->recent : m->first;

	while (before && before->next && before->next->start < a->start)
		before = before->next;
	area_link(m, before, a);
	m->bytes += a->end - a->start;
}

void
area_remove(struct memory *m, struct area *a)
{
	area_unlink(m, a);
	m->bytes -= a->end - a->start;
	area_free(a);
}

int
area_split(struct memory *m, uint64_t at)
{
	struct area *low = area_at(m, at);

	if (!low || low->start == at)
		return 0;
	struct area *high = area_make(low);
	if (!high)
		return -ENOMEM;
	high->offset += at - low->start;
	high->start = at;
	high->grows = false;
	low->end = at;
	area_link(m, low, high);
	return 0;
}

int
area_carve(struct memory *m, struct area *a, uint64_t start, uint64_t end)
{
	struct area *low = NULL, *high = NULL;

	if (start > a->start && !(low = area_make(a)))
		return -ENOMEM;
	if (end < a->end && !(high = area_make(a))) {
		if (low)
			area_free(low);
		return -ENOMEM;
	}
	if (high) {
		high->offset += end - a->start;
		high->start = a->end = end;
		high->grows = false;
		area_link(m, a, high);
	}
	if (low) {
		a->offset += start - a->start;
		low->end = a->start = start;
		a->grows = false;
		area_link(m, a->before, low);
	}
	return 0;
}

static bool
goes_on(const struct area *low, const struct area *high)
{
	return low->end == high->start && low->node == high->node && low->rights == high->rights && low->may == high->may &&
		low->sharing == high->sharing && low->name == high->name && !high->grows &&
		(!low->node || low->offset + (low->end - low->start) == high->offset);
}

void
area_join(struct memory *m, uint64_t start, uint64_t end)
{
	struct area *a = area_from(m, start ? start - 1 : 0);

	while (a && a->next && a->next->start <= end) {
		struct area *high = a->next;
		if (!goes_on(a, high)) {
			a = high;
			continue;
		}
		a->end = high->end;
		area_unlink(m, high);
		area_free(high);
	}
}

bool
area_covers(struct memory *m, uint64_t start, uint64_t end)
{
	for (const struct area *a = area_from(m, start); start < end; a = a->next) {
		if (!a || a->start > start)
			return false;
		start = a->end;
	}
	return true;
}
