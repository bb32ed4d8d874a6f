/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Revocation, seen by who has the pages.  Asked for some, a process gives those that cost it nothing: pages of a file that it has only read.
 * What was taken by force because these were not enough is gone; a page of a file is read again, any other begins with zeros.
 */
#include <exo/revocation.h>
#include "internal.h"

static void
memory_event(struct context *c)
{
	if (c->area.vector == UPCALL_REPOSSESSED)
		pages_lost();
	else if (c->area.vector != UPCALL_DEMAND)
		tiny_exception(c);
	else if (c->area.address == DEMAND_PAGES)
		pages_reclaim(c->area.error);
}

void
reclaim_begin(void)
{
	paging_begin(memory_event);
}
