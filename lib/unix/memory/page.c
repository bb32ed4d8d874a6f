/* SPDX-License-Identifier: BSD-2-Clause */
/* Page frames that memories have: who shares which. */
#include <string.h>
#include "area.h"

page_t
page_make(void)
{
	page_t page = host_page_take();

	if (page)
		memset(page_at(page), 0, UNIX_PAGE);
	return page;
}

void
page_return(page_t page)
{
	host_page_give(page);
}

page_t
page_copy(page_t from)
{
	page_t page = host_page_take();

	if (page)
		memcpy(page_at(page), page_at(from), UNIX_PAGE);
	return page;
}

void
page_share(page_t page)
{
	shared->memory.shares[page]++;
}

bool
page_shared(page_t page)
{
	return shared->memory.shares[page];
}

void
page_drop(page_t page)
{
	if (shared->memory.shares[page])
		shared->memory.shares[page]--;
	else
		host_page_give(page);
}

void
pages_drop(struct memory *m, uint64_t start, uint64_t end)
{
	struct host_mapping found;

	for (uint64_t at = start; host_next_counted(&m->host, at, end, &found); at = found.address + UNIX_PAGE) {
		page_drop(found.page);
		m->pages--;
	}
	host_unmap(&m->host, start, (end - start) / UNIX_PAGE);
}
