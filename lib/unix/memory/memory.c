/* SPDX-License-Identifier: BSD-2-Clause */
/* Memories: how they begin and end, what is mapped and unmapped. */
#include <errno.h>
#include <sys/resource.h>
#include "area.h"

int
memory_begin(void)
{
	struct memory_state *s = &shared->memory;

	s->shares = host_shared_alloc(page_up(host_page_end() * sizeof(*s->shares)));
	s->zero = s->shares ? page_make() : 0;
	return s->zero ? 0 : -ENOMEM;
}

struct memory *
memory_create(void)
{
	struct memory *m = arena_take(ARENA_MEMORY);

	if (!m)
		return NULL;
	m->users = 1;
	if (host_space_create(&m->host)) {
		arena_give(ARENA_MEMORY, m);
		return NULL;
	}
	return m;
}

void
memory_drop(struct memory *m)
{
	if (--m->users)
		return;
	host_space_close(&m->host);
	for (struct area *a = m->first, *next; a; a = next) {
		next = a->next;
		pages_drop(m, a->start, a->end);
		area_free(a);
	}
	host_space_destroy(&m->host);
	if (m->program)
		node_rest(m->program);
	arena_give(ARENA_MEMORY, m);
}

bool
memory_inside(uint64_t start, uint64_t bytes)
{
	return start <= MEMORY_END && bytes <= MEMORY_END - start && !host_owns(start, start + bytes);
}

int
memory_unmap(struct memory *m, uint64_t start, uint64_t bytes)
{
	uint64_t end = start + bytes;

	if (area_split(m, start) || area_split(m, end))
		return -ENOMEM;
	for (struct area *a = area_from(m, start), *next; a && a->start < end; a = next) {
		next = a->next;
		pages_drop(m, a->start, a->end);
		area_remove(m, a);
	}
	return 0;
}

int
memory_map(struct process *p, const struct area_request *r)
{
	struct memory *m = p->memory;
	const struct area like = {
		.start = r->start, .end = r->start + r->bytes, .node = r->node, .offset = r->offset, .rights = r->rights, .may = r->may,
		.sharing = r->sharing, .grows = r->grows, .name = r->name };

	if (!r->bytes || (r->start | r->bytes | r->offset) % UNIX_PAGE || !memory_inside(r->start, r->bytes))
		return -EINVAL;
	if (r->bytes > p->limit[RLIMIT_AS][0] - m->bytes || m->bytes > p->limit[RLIMIT_AS][0])
		return -ENOMEM;
	struct area *a = area_make(&like);
	if (!a)
		return -ENOMEM;
	int error = memory_unmap(m, r->start, r->bytes);
	if (error) {
		area_free(a);
		return error;
	}
	area_insert(m, a);
	area_join(m, like.start, like.end);
	return 0;
}

/* The highest free place below the top, else the highest of all. */
static uint64_t
room_below(const struct memory *m, uint64_t bytes, uint64_t top)
{
	uint64_t free = MEMORY_LOW, found = 0;

	for (const struct area *a = m->first; free < top; a = a->next) {
		uint64_t end = a && a->start < top ? a->start : top;
		if (end > free && end - free >= bytes && memory_inside(end - bytes, bytes))
			found = end - bytes;
		if (!a)
			break;
		free = a->end;
	}
	return found;
}

uint64_t
memory_room(const struct memory *m, uint64_t bytes)
{
	uint64_t found = room_below(m, bytes, m->top);

	return found ? found : room_below(m, bytes, MEMORY_END);
}

/* --- a node that was cut ---------------------------------------------------------------------------------------------------------- */

void
memory_forget(const struct node *node, uint64_t first)
{
	for (struct process *p = shared->process.first; p; p = p->next) {
		for (struct area *a = p->memory ? p->memory->first : NULL; a; a = a->next) {
			uint64_t begins = a->offset / UNIX_PAGE, from = first > begins ? a->start + (first - begins) * UNIX_PAGE : a->start;
			if (a->node == node && from < a->end)
				pages_drop(p->memory, from, a->end);
		}
	}
}
