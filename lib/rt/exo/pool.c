/* SPDX-License-Identifier: BSD-2-Clause */
/* A stock of pages: <exo/pool.h>. */
#include <exo/frames.h>
#include <exo/pool.h>

enum status
pool_take(struct pool *pool, struct page_token *page)
{
	if (pool->count) {
		*page = pool->stock[--pool->count];
		return OK;
	}
	if (!pool->colours)
		return page_alloc(FRAME_ANY, 0, page);
	for (uint64_t tried = 0; tried < pool->colours; tried++) {
		uint64_t colour = pool->first_colour + pool->next++ % pool->colours;
		enum status status = page_alloc(FRAME_COLOUR, colour, page);
		if (status != ERR_NO_FRAME)
			return status;
	}
	return ERR_NO_FRAME;
}

enum status
pool_give(struct pool *pool, struct page_token page)
{
	if (pool->count == pool->room)
		return page_free(page);
	pool->stock[pool->count++] = page;
	return OK;
}

unsigned
pool_return(struct pool *pool, unsigned count)
{
	unsigned done = 0;

	for (; done < count && pool->count; done++)
		page_free(pool->stock[--pool->count]);
	return done;
}
