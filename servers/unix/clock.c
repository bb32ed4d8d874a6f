/* SPDX-License-Identifier: BSD-2-Clause */
/* Time: the processor's clock, which began with the machine, and what the timer server says of the time of day. */
#include <janus/bootinfo.h>
#include <janus/layout.h>
#include <l4/thread.h>
#include <servers/timer.h>
#include "host.h"

#define SECOND		1000000000ul

uint64_t alarm_next = UNIX_NEVER;
static uint64_t wall_start;

static const struct bootinfo *
machine(void)
{
	return (const struct bootinfo *)USER_BOOTINFO;
}

uint64_t
clock_nanoseconds(uint64_t ticks)
{
	return (uint64_t)((unsigned __int128)ticks * SECOND / machine()->clock_hz);
}

uint64_t
host_clock(void)
{
	return clock_nanoseconds(__builtin_ia32_rdtsc() - machine()->clock_start);
}

uint64_t
host_counter(uint64_t *start)
{
	*start = machine()->clock_start;
	return machine()->clock_hz;
}

uint64_t
ticks_of(uint64_t nanoseconds)
{
	return (uint64_t)((unsigned __int128)nanoseconds * machine()->clock_hz / SECOND) + 1;
}

void
host_alarm(uint64_t deadline)
{
	alarm_next = deadline;
}

uint64_t
host_wall(void)
{
	return wall_start;
}

/* Without a timer server it is 1970. */
void
clock_begin(void)
{
	uint64_t date = 0, timer = environment_slot("timer");

	if (timer && timer_wall(timer, &date) == OK)
		wall_start = date * SECOND - host_clock();
}
