/* SPDX-License-Identifier: BSD-2-Clause */
/* PAGES pages are revoked from another environment that has bound them; it COMPLIES or not. */
#include "bindings.h"
#include "clock.h"
#include "demand_exo.h"
#include "environment.h"
#include <exo/revocation.h>

#define CHILD		9
#define KMEM		(80 + PAGES / 32 + PAGES / 64)	/* pages of its pool: records, tables, slots */

static struct token own[PAGES];
static struct repossession vector[PAGES] __attribute__((aligned(16)));
static volatile unsigned failed, ready, again;
static char stack[ENVIRONMENT_STACK] __attribute__((aligned(16)));

void
news(void)
{
	if (news_area->vector != UPCALL_DEMAND || !COMPLIES)
		return;
	for (uint64_t i = 0; i < news_area->error; i++)
		failed |= call_frame_free(own[i].payload, own[i].mac);
}

static void
child(uint64_t unused __attribute__((unused)))
{
	for (uint64_t i = 0; i <= PAGES; i++)
		failed |= call_cap_grow(SLOT_OWN, FIRST_SLOT + i);
	failed |= news_begin(FIRST_SLOT + PAGES);
	failed |= call_repossession_vector((uintptr_t)vector, PAGES);
	for (;;) {
		for (uint64_t i = 0; i < PAGES; i++) {
			failed |= call_frame_alloc(FRAME_ANY, 0, FIRST_SLOT + i, &own[i].payload, &own[i].mac);
			failed |= call_bind(AT + i * PAGE, own[i].payload, own[i].mac, READ_WRITE);
		}
		ready = !failed;
		for (again = 0; !again;)
			news_wait();
		failed |= call_unbind(AT, PAGES) | call_repossession_vector((uintptr_t)vector, PAGES);
	}
}

static void
setup(void)
{
	uint64_t name, position;
	struct token slice;

	environment_make(CHILD, KMEM, stack, child, 0, &name);
	must(call_slice_alloc(SLICE_ANY, CHILD, CHILD + ENVIRONMENT_SLICE, &slice.payload, &slice.mac, &position), "there is no slice");
}

/* It takes its pages again. */
static void
prepare(unsigned long count)
{
	must(call_space_allow(CHILD, PAGES + !ready), "there are not so many pages");
	ready = 0;
	again = 1;
	while (!ready && !failed)
		call_yield();
	if (failed)
		bench_fail("the other environment cannot bind its pages");
}

static int64_t
sample(void)
{
	uint64_t owed = 0;
	int64_t begin = clock_read();

	must(call_space_demand(CHILD, DEMAND_PAGES, PAGES, 0, &owed), "nothing can be demanded");
	if (COMPLIES)
		call_yield();
	must(call_repossess(CHILD, &owed), "nothing can be taken");
	int64_t end = clock_read();

	if (owed || failed || (COMPLIES ? vector[0].what : !(vector[PAGES - 1].what & REPOSSESSED)))
		bench_fail("the pages went another way");
	return end - begin;
}

const struct benchmark benchmark = { .setup = setup, .prepare = prepare, .sample = sample, .repetitions = PAGES > 1000 ? 3 : 21 };
