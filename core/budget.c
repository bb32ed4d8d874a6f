/* SPDX-License-Identifier: BSD-2-Clause */
/* Budgets: the ring of portions. */
#include "core/budget.h"
#include "core/panic.h"
#include "core/timeout.h"

static struct portion *
portion_at(struct budget *b, unsigned index)
{
	return &b->portion[(b->first + index) % BUDGET_PORTIONS];
}

enum status
budget_init(struct budget *b, u64 amount, u64 period, u64 now)
{
	if (amount > period || period > BUDGET_LONGEST || (amount && amount < BUDGET_MINIMUM))
		return ERR_BAD_VALUE;
	*b = (struct budget){ .amount = amount, .period = period, .count = amount != 0 };
	b->portion[0] = (struct portion){ now, amount };
	return OK;
}

u64
budget_time(const struct budget *b)
{
	return b->count ? b->portion[b->first].time : TIMEOUT_NEVER;
}

u64
budget_left(const struct budget *b)
{
	return b->count ? b->portion[b->first].ticks : 0;
}

static void
first_drop(struct budget *b)
{
	b->first = (b->first + 1) % BUDGET_PORTIONS;
	b->count--;
}

/* TICKS come back at TIME, which is not before any other. */
static void
give_back(struct budget *b, u64 time, u64 ticks)
{
	if (b->count == BUDGET_PORTIONS) {
		struct portion *last = portion_at(b, b->count - 1);
		last->time = time;
		last->ticks += ticks;
		return;
	}
	*portion_at(b, b->count++) = (struct portion){ time, ticks };
}

/* The first portion is used with the second, when that is to be had. */
static void
first_join(struct budget *b)
{
	struct portion first = *portion_at(b, 0);

	first_drop(b);
	portion_at(b, 0)->ticks += first.ticks;
	if (portion_at(b, 0)->time < first.time)
		portion_at(b, 0)->time = first.time;
}

/* What could have been used before now can be used from now on; what is due by then is one portion with it. */
void
budget_begin(struct budget *b, u64 now)
{
	struct portion *first = portion_at(b, 0);

	if (first->time < now)
		first->time = now;
	while (b->count > 1 && portion_at(b, 1)->time <= portion_at(b, 0)->time)
		first_join(b);
}

void
budget_use(struct budget *b, u64 ticks)
{
	while (ticks) {
		struct portion first = *portion_at(b, 0);
		u64 used = ticks < first.ticks ? ticks : first.ticks;

		ticks -= used;
		if (used == first.ticks) {
			first_drop(b);
		} else {
			portion_at(b, 0)->time += used;
			portion_at(b, 0)->ticks -= used;
		}
		give_back(b, first.time + b->period, used);
	}
	while (b->count > 1 && portion_at(b, 0)->ticks < BUDGET_GRAIN)
		first_join(b);
}

void
budget_check(const struct budget *b)
{
	u64 sum = 0, last = 0;

	kassert(b->count <= BUDGET_PORTIONS && b->first < BUDGET_PORTIONS);
	for (unsigned i = 0; i < b->count; i++) {
		const struct portion *p = &b->portion[(b->first + i) % BUDGET_PORTIONS];
		kassert(p->ticks && p->time >= last);
		sum += p->ticks;
		last = i ? p->time : 0;		/* the first's moves on while it is used */
	}
	kassert(sum == b->amount);
}
