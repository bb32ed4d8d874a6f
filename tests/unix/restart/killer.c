/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kills the Unix server, again and again, as long as the root task starts it anew: whatever it is doing.  It is more urgent than the server, so a moment is any instruction of the
 * server's or its programs'.  Afterwards all memory is there again that was there before the server ran.
 */
#include <servers/root.h>
#include <servers/sigma0.h>
#include <l4/thread.h>
#include "tap.h"

#define STARTS		16		/* the root task's limit */
#define BEGINNING	20		/* million ticks: by then its programs are busy */
#define STEP		1370000ul	/* ticks by which the moments differ */

struct usage {
	uint64_t frames, kmem;		/* free: sigma0's, and kernel memory of the root task, which pays for all programs' spaces */
};

static uint64_t root, sigma0;

static struct usage
usage(void)
{
	struct usage u = { 0 };
	uint64_t total, mine, limit, pages;

	tap_status(sigma0_usage(sigma0, &total, &u.frames, &mine, &limit), OK);
	tap_status(root_kmem(root, &pages, &u.kmem), OK);
	return u;
}

static void
pause_ticks(uint64_t ticks)
{
	thread_pause(IPC_TICKS(ticks >> 16, 16));
}

static void
lives_end(void)
{
	uint64_t running = 0, starts = 0;

	for (uint64_t life = 2; life <= STARTS; life++) {
		pause_ticks(BEGINNING * 1000000ul + life * STEP);
		tap_status(root_kill(root, "unix"), OK);
		tap_status(root_state(root, "unix", &running, &starts), OK);
		tap_equal(running, life < STARTS);
		tap_equal(starts, life < STARTS ? life + 1 : STARTS);
	}
	tap_status(root_kill(root, "unix"), ERR_WRONG_STATE);
}

int
main(void)
{
	root = environment_slot("root");
	sigma0 = environment_slot("sigma0");
	tap_status(root_stop(root, "unix"), OK);
	struct usage before = usage();
	tap_status(root_start(root, "unix"), OK);
	lives_end();
	struct usage after = usage();
	tap_equal(after.frames, before.frames);
	tap_equal(after.kmem, before.kmem);
	tap_done();
}
