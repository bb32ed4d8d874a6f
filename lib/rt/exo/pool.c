/* SPDX-License-Identifier: BSD-2-Clause */
#include <exo/frames.h>
#include <exo/pool.h>
#include <exo/stubs.h>

enum status
pool_take(struct pool *pool, struct page_token *page)
{
	if (pool->count) {
		*page = pool->stock[--pool->count];
		return OK;
	}
	if (!pool->colours)
		return call_frame_alloc(FRAME_ANY, 0, 0, &page->payload, &page->mac);
	for (uint64_t tried = 0; tried < pool->colours; tried++) {
		uint64_t colour = pool->first_colour + pool->next++ % pool->colours;
		enum status status = call_frame_alloc(FRAME_COLOUR, colour, 0, &page->payload, &page->mac);
		if (status != ERR_NO_FRAME)
			return status;
	}
	return ERR_NO_FRAME;
}

enum status
pool_give(struct pool *pool, struct page_token page)
{
	if (pool->count == pool->room)
		return call_frame_free(page.payload, page.mac);
	pool->stock[pool->count++] = page;
	return OK;
}

unsigned
pool_return(struct pool *pool, unsigned count)
{
	unsigned done = 0;

	for (; done < count && pool->count; done++) {
		struct page_token page = pool->stock[--pool->count];
		call_frame_free(page.payload, page.mac);
	}
	return done;
}
