/* SPDX-License-Identifier: BSD-2-Clause */
/* Pagers: what they are told.  A pager keeps nothing that it cannot be told again, so that another can take its place. */
#include <servers/pager.h>
#include "program.h"

static uint64_t
pager_of(const struct program *p)
{
	return root.ours[p->plan->pager];
}

enum status
paging_adopt(struct program *p)
{
	return pager_adopt(pager_of(p), p->instance.badge);
}

void
paging_forget(struct program *p)
{
	pager_forget(pager_of(p), p->instance.badge);
}

/* The largest fpage that begins at ADDRESS and has at most PAGES; its pages. */
static uint64_t
fpage_pages(uint64_t address, uint64_t pages)
{
	uint64_t aligned = (address & -address) / PAGE, limit = 1ul << (63 - __builtin_clzl(pages));

	return aligned < limit ? aligned : limit;
}

enum status
paging_tell(struct instance *i, uint64_t address, uint64_t pages, unsigned rights, uint64_t first, uint64_t blank)
{
	uint64_t pager = pager_of(program_of_badge(i->badge));
	enum status status = OK;

	for (uint64_t n; pages && !status; pages -= n) {
		uint64_t follow, page = (uintptr_t)memory_page(&i->memory, first, &follow);
		n = fpage_pages(page, follow < pages ? follow : pages);
		struct rpc_page content = {
			.address = page, .size = PAGE_BITS + (unsigned)__builtin_ctzl(n), .rights = rights & ~RIGHT_WRITE };
		status = pager_region(pager, i->badge, address, n, rights, content);
		address += n * PAGE;
		first += n;
	}
	return blank && !status ? pager_blank(pager, i->badge, address, blank) : status;
}

bool
paging_serves(const struct program *p, const struct program *client)
{
	for (unsigned n = 0; n < p->plan->serves; n++) {
		if (client->plan->pager == p->plan->service[n])
			return true;
	}
	return false;
}

static enum status
tell_all(struct program *p)
{
	enum status status = paging_adopt(p);

	return status ? status : load_tell(&p->instance, p->plan, paging_tell, true);
}

void
paging_begin(const struct program *pager)
{
	for (struct program *p = root.program; p < root.program + root.plan.programs; p++) {
		if (p->running && paging_serves(pager, p) && tell_all(p))
			printf("root: the new pager of %s does not take it\n", p->plan->text.name);
	}
}

bool
paging_again(struct program *p)
{
	unsigned starts = 0;

	if (p->plan->pager == PLAN_NONE)
		return false;
	for (const struct program *q = root.program; q < root.program + root.plan.programs; q++)
		starts += paging_serves(q, p) ? q->starts : 0;
	bool another = starts != p->pager_starts;
	p->pager_starts = starts;
	return another;
}
