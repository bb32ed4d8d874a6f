/* SPDX-License-Identifier: BSD-2-Clause */
/* The policy of memory.h: what a line of the manifest names is a program's own; what it was granted later is lent. */
#include <stdio.h>
#include <exo/revocation.h>
#include <exo/stubs.h>
#include <exo/wait.h>
#include <janus/bootinfo.h>
#include <janus/rt.h>
#include <janus/slots.h>
#include "memory.h"

#define ANSWERS_A_SECOND	100	/* a demand is to be met within so long */
#define LOOKS			10	/* how often init looks meanwhile */

/* Pages that init may give away. */
static uint64_t
spare(void)
{
	uint64_t allowance, given, held, kmem, kmem_free;

	if (call_holdings(SLOT_OWN, &allowance, &given, &held, &kmem, &kmem_free))
		return 0;
	return allowance > given + held ? allowance - given - held : 0;
}

static uint64_t
lent(const struct program *all, unsigned count, const struct program *but)
{
	uint64_t pages = 0;

	for (unsigned n = 0; n < count; n++)
		if (all[n].alive && &all[n] != but)
			pages += all[n].granted;
	return pages;
}

/* Until the program owes nothing, or its time is over. */
static uint64_t
owed_later(const struct program *p, uint64_t bound)
{
	uint64_t allowance, given, held = 0, kmem, kmem_free, reason;

	for (int looks = 0; looks < LOOKS; looks++) {
		call_wait(0, 0, __builtin_ia32_rdtsc() + bound / LOOKS + 1, &reason);
		if (call_holdings(p->environment.slot, &allowance, &given, &held, &kmem, &kmem_free) || held + given <= allowance)
			return 0;
	}
	return held + given - allowance;
}

/* Visible revocation: it is told, and chooses; what it does not give up in time is taken, and it is told what. */
static void
revoke(struct program *p, uint64_t pages)
{
	uint64_t bound = rt_bootinfo->clock_hz / ANSWERS_A_SECOND, owed = 0;

	if (call_space_demand(p->environment.slot, DEMAND_PAGES, pages, bound, &owed))
		return;
	p->granted -= pages;
	if (!owed || !owed_later(p, bound))
		return;
	printf("init: %s does not give up %lu pages in time\n", p->plan->text.name, owed);
	call_repossess(p->environment.slot, &owed);
}

enum status
memory_grant(struct program *all, unsigned count, struct program *p, uint64_t pages)
{
	uint64_t have = spare();

	if (pages > have && pages - have > lent(all, count, p))
		return ERR_LIMIT;
	for (unsigned n = 0; n < count && have < pages; n++) {
		uint64_t part = pages - have < all[n].granted ? pages - have : all[n].granted;
		if (&all[n] == p || !all[n].alive || !part)
			continue;
		revoke(&all[n], part);
		have = spare();
	}
	enum status status = call_space_allow(p->environment.slot, pages);
	if (!status)
		p->granted += pages;
	return status;
}
