/* SPDX-License-Identifier: BSD-2-Clause */
/* A stride scheduler that is an ordinary environment holds 3:2:1, by what its clients got done; one that waits, or is gone, takes nothing with it. */
#include <exo/slices.h>
#include <exo/twin.h>
#include <stride.h>
#include "tap.h"

enum { CLIENTS = 3, SCHEDULER, LATE, ENVIRONMENTS };	/* slots 1 to 3 are the clients' */
#define SLOT(n)		((n) + 1u)
#define ROUNDS		600

struct common {
	volatile uint64_t name[ENVIRONMENTS];
	volatile uint64_t done[ENVIRONMENTS];	/* turns of each client's loop */
	volatile uint64_t turns[ENVIRONMENTS];	/* that it was given */
	volatile uint64_t rounds;		/* to be given; 0: all are */
};
#define common	((struct common *)TWIN_SHARED)

static struct environment twin[ENVIRONMENTS];
static uint64_t begun[ENVIRONMENTS];		/* what of `done' was there before */

static void
works(uint64_t n)
{
	for (;;)
		common->done[n]++;
}

static void
dies(uint64_t n)
{
	for (int i = 0; i < 1000; i++)
		common->done[n]++;
	call_thread_exit();
}

static void
schedules(uint64_t unused __attribute__((unused)))
{
	static struct stride s;

	for (;;) {
		if (!common->rounds) {
			call_yield();
			continue;
		}
		s.clients = 0;
		for (unsigned n = 0; n < CLIENTS; n++)
			stride_add(&s, common->name[n], CLIENTS - n);
		while (common->rounds && !stride_turn(&s))
			common->rounds--;
		for (unsigned i = 0; i < s.clients; i++)
			common->turns[i] = s.client[i].turns;
		common->rounds = 0;
	}
}

static void
start(unsigned n, void (*body)(uint64_t), bool slice)
{
	tap_status(twin_load(&twin[n], SLOT(n), 1), OK);
	common->name[n] = twin[n].name;
	tap_status(environment_start(&twin[n], (uintptr_t)body, n), OK);
	if (slice)
		tap_status(environment_slice(&twin[n]), OK);
}

static void
schedule(uint64_t rounds)
{
	for (unsigned n = 0; n < ENVIRONMENTS; n++)
		begun[n] = common->done[n];	/* not set to 0: a client may be between reading and writing it */
	common->rounds = rounds;
	while (common->rounds)
		call_yield();
}

static uint64_t
done(unsigned n)
{
	return common->done[n] - begun[n];
}

/* PART of WHOLE is SHARE of SUM, within two in a hundred. */
static bool
holds(uint64_t part, uint64_t whole, uint64_t share, uint64_t sum)
{
	uint64_t exact = whole * share / sum;

	return part * 100 > exact * 98 && part * 100 < exact * 102;
}

static void
test_accounting(void)
{
	uint64_t whole = 0;

	schedule(ROUNDS);
	for (unsigned n = 0; n < CLIENTS; n++)
		whole += done(n);
	for (unsigned n = 0; n < CLIENTS; n++) {
		printf("# client %u: %lu of %lu, %lu turns\n", n, done(n), whole, common->turns[n]);
		tap_ok(holds(done(n), whole, CLIENTS - n, 6), "its part of what was done is its part of the tickets");
		tap_ok(holds(common->turns[n], ROUNDS, CLIENTS - n, 6), "and of the turns");
	}
}

static void
test_gone(void)
{
	environment_end(&twin[1]);
	schedule(400);
	tap_equal(done(1), 0);
	tap_ok(holds(done(0), done(0) + done(2), 3, 4), "3:1, without the one that is gone");
	start(1, dies, false);
	schedule(600);
	tap_equal(done(1), 1000);
	tap_ok(holds(done(0), done(0) + done(2), 3, 4), "and without the one that ended");
}

int
main(void)
{
	struct stride s = { .clients = 0 };

	tap_status(stride_add(&s, 1, 0), ERR_BAD_VALUE);
	tap_status(stride_add(&s, 1, STRIDE_ONE + 1), ERR_BAD_VALUE);
	tap_status(stride_turn(&s), ERR_NOT_FOUND);
	for (unsigned n = 0; n < STRIDE_CLIENTS; n++)
		stride_add(&s, 0x7770, 1);
	tap_status(stride_add(&s, 1, 1), ERR_LIMIT);
	tap_status(stride_turn(&s), ERR_NOT_FOUND);
	tap_equal(s.clients, 0);

	tap_status(twin_shared(1), OK);
	for (unsigned n = 0; n < CLIENTS; n++)
		start(n, works, false);
	start(SCHEDULER, schedules, true);
	test_accounting();
	test_gone();
	tap_done();
}
