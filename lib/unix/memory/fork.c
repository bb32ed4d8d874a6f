/* SPDX-License-Identifier: BSD-2-Clause */
/* A memory with the content of another: pages that are counted are shared, read-only on both sides; a file's come when they are touched. */
#include <errno.h>
#include "area.h"

#define SHARED_AT_ONCE	8		/* mappings */

/* The pages of the area A are NEW's as well.  Those that are counted are all that FROM can write. */
static int
pages_share(struct memory *new, struct memory *from, const struct area *a)
{
	struct host_mapping batch[SHARED_AT_ONCE];
	uint64_t at = a->start, first = a->end, end = a->end;
	unsigned count;

	do {
		for (count = 0; count < SHARED_AT_ONCE && host_next_counted(&from->host, at, a->end, &batch[count]);) {
			at = batch[count].address + UNIX_PAGE;
			if (first == a->end)
				first = batch[count].address;
			end = at;
			batch[count].rights &= (uint8_t)~RIGHT_WRITE;
			page_share(batch[count++].page);
		}
		new->pages += count;
		if (count && host_map(&new->host, batch, count)) {
			new->pages -= count;
			while (count)
				page_drop(batch[--count].page);
			return -ENOMEM;
		}
	} while (count);
	if (a->rights & RIGHT_WRITE && first != a->end)
		host_protect(&from->host, first, (end - first) / UNIX_PAGE, a->rights & ~RIGHT_WRITE);
	return 0;
}

/* The next of FROM's areas, behind LAST. */
static int
area_follow(struct memory *new, struct memory *from, const struct area *a, struct area **last)
{
	struct area *copy = area_make(a);

	if (!copy)
		return -ENOMEM;
	area_link(new, *last, copy);
	*last = copy;
	return a->sharing ? 0 : pages_share(new, from, a);
}

struct memory *
memory_fork(struct memory *from)
{
	struct memory *new = memory_create();
	struct area *last = NULL;
	int error = 0;

	if (!new)
		return NULL;
	new->brk_start = from->brk_start;
	new->brk = from->brk;
	new->top = from->top;
	new->bytes = from->bytes;
	new->program = from->program;
	if (new->program)
		node_run(new->program);
	for (const struct area *a = from->first; a && !error; a = a->next)
		error = area_follow(new, from, a, &last);
	new->pages_most = new->pages;
	if (!error)
		return new;
	memory_drop(new);
	return NULL;
}
