/* SPDX-License-Identifier: BSD-2-Clause */
/* Clocks, and sleeping until one of them says so. */
#include <errno.h>
#include <sys/resource.h>
#include <sys/time.h>
#include <sys/times.h>
#include <time.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "process/internal.h"

#define TICK	(SECOND / 100)		/* of times() */

uint64_t
time_deadline(const struct span *s, bool absolute, bool wall)
{
	uint64_t value = span_value(s), now = host_clock(), start = wall ? host_wall() : 0;

	if (value == UNIX_NEVER)
		return UNIX_NEVER;
	if (absolute)
		return value > start ? value - start : 0;
	return value < UNIX_NEVER - now ? now + value : UNIX_NEVER;
}

/* --- clocks --------------------------------------------------------------------------------------------------------------------------------- */

uint64_t
time_used(const struct process *p)
{
	uint64_t used = p->time_ended;

	for (const struct task *t = p->task; t; t = t->next)
		used += t->state == TASK_ENDED ? 0 : host_thread_time(t);
	return used;
}

/* Clocks of processes and tasks: their number, inverted, above three bits that say which kind. */
enum { CLOCK_KIND = 3, CLOCK_OF_TASK = 4 };

static int
clock_of_other(const struct task *t, int clock, uint64_t *now)
{
	int32_t number = ~(clock >> 3);
	const struct task *of = number ? task_find(number) : t;

	if ((clock & CLOCK_KIND) == CLOCK_KIND || !of || of->process->ended)
		return -EINVAL;
	if (clock & CLOCK_OF_TASK) {
		if (of->process != t->process)
			return -EINVAL;
		*now = host_thread_time(of);
	} else {
		if (number && of->tid != of->process->pid)
			return -EINVAL;
		*now = time_used(of->process);
	}
	return 0;
}

/* What a clock shows, in nanoseconds: 0 or -EINVAL. */
static int
clock_read(const struct task *t, int clock, uint64_t *now)
{
	switch (clock) {
	case CLOCK_REALTIME: case CLOCK_REALTIME_COARSE: case CLOCK_TAI: case CLOCK_REALTIME_ALARM:
		*now = host_clock() + host_wall();
		return 0;
	case CLOCK_MONOTONIC: case CLOCK_MONOTONIC_RAW: case CLOCK_MONOTONIC_COARSE: case CLOCK_BOOTTIME: case CLOCK_BOOTTIME_ALARM:
		*now = host_clock();
		return 0;
	case CLOCK_PROCESS_CPUTIME_ID:
		*now = time_used(t->process);
		return 0;
	case CLOCK_THREAD_CPUTIME_ID:
		*now = host_thread_time(t);
		return 0;
	default:
		return clock < 0 ? clock_of_other(t, clock, now) : -EINVAL;
	}
}

static int
span_put(struct task *t, uint64_t to, uint64_t nanoseconds, uint64_t unit)
{
	struct span s = span_of(nanoseconds);

	s.rest /= (int64_t)unit;
	return host_copy_out(t, to, &s, sizeof(s));
}

int64_t
unix_clock_gettime(struct task *t, int clock, uint64_t to)
{
	uint64_t now;
	int error = clock_read(t, clock, &now);

	return error ? error : span_put(t, to, now, 1);
}

int64_t
unix_clock_getres(struct task *t, int clock, uint64_t to)
{
	bool coarse = clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC_COARSE;
	uint64_t now;
	int error = clock_read(t, clock, &now);

	if (error || !to)
		return error;
	return span_put(t, to, coarse ? SECOND / 250 : 1, 1);
}

int64_t
unix_clock_settime(struct task *t, int clock, uint64_t from)
{
	struct span s;

	if (host_copy_in(t, &s, from, sizeof(s)))
		return -EFAULT;
	if (clock != CLOCK_REALTIME || !span_valid(&s))
		return -EINVAL;
	return -EPERM;
}

int64_t
unix_settimeofday(struct task *t, uint64_t time, uint64_t zone)
{
	struct span s;

	if (time && host_copy_in(t, &s, time, sizeof(s)))
		return -EFAULT;
	if (time && (s.seconds < 0 || (uint64_t)s.rest >= SECOND / 1000))
		return -EINVAL;
	return -EPERM;
}

int64_t
unix_gettimeofday(struct task *t, uint64_t to, uint64_t zone)
{
	static const uint32_t greenwich[2];

	if (to && span_put(t, to, host_clock() + host_wall(), 1000))
		return -EFAULT;
	return zone ? host_copy_out(t, zone, greenwich, sizeof(greenwich)) : 0;
}

int64_t
unix_time(struct task *t, uint64_t to)
{
	int64_t now = (int64_t)((host_clock() + host_wall()) / SECOND);

	return to && host_copy_out(t, to, &now, sizeof(now)) ? -EFAULT : now;
}

int64_t
unix_times(struct task *t, uint64_t to)
{
	int64_t used[4] = { (int64_t)(time_used(t->process) / TICK), 0, (int64_t)(t->process->time_children / TICK), 0 };

	if (to && host_copy_out(t, to, used, sizeof(used)))
		return -EFAULT;
	return (int64_t)(host_clock() / TICK);
}

int64_t
unix_getrusage(struct task *t, int who, uint64_t to)
{
	const struct process *p = t->process;

	switch (who) {
	case RUSAGE_SELF: return usage_put(t, to, time_used(p), p->memory->pages_most);
	case RUSAGE_THREAD: return usage_put(t, to, host_thread_time(t), p->memory->pages_most);
	case RUSAGE_CHILDREN: return usage_put(t, to, p->time_children, 0);
	default: return -EINVAL;
	}
}

/* --- sleeping ---------------------------------------------------------------------------------------------------------------------------------- */

/* Until the deadline; a handler ends it, and REST, if it is not 0, is told what was left. */
static int64_t
sleep_until(struct task *t, uint64_t deadline, uint64_t rest)
{
	int error = wait_at(t, &t->alone, deadline);

	if (error == -ETIMEDOUT)
		return 0;
	uint64_t now = host_clock();
	if (now >= deadline)
		return 0;
	if (rest && span_put(t, rest, deadline - now, 1))
		return -EFAULT;
	t->sleep_until = deadline;
	t->sleep_rest = rest;
	return -ERESTART_RESTARTBLOCK;
}

int64_t
unix_restart_syscall(struct task *t)
{
	uint64_t deadline = t->sleep_until;

	t->sleep_until = 0;
	return deadline ? sleep_until(t, deadline, t->sleep_rest) : -EINTR;
}

int64_t
unix_nanosleep(struct task *t, uint64_t time, uint64_t rest)
{
	struct span s;

	if (host_copy_in(t, &s, time, sizeof(s)))
		return -EFAULT;
	if (!span_valid(&s))
		return -EINVAL;
	return sleep_until(t, time_deadline(&s, false, false), rest);
}

int64_t
unix_clock_nanosleep(struct task *t, int clock, int flags, uint64_t time, uint64_t rest)
{
	bool wall = clock == CLOCK_REALTIME || clock == CLOCK_TAI || clock == CLOCK_REALTIME_ALARM;
	struct span s;

	if (!wall && clock != CLOCK_MONOTONIC && clock != CLOCK_BOOTTIME && clock != CLOCK_BOOTTIME_ALARM)
		return clock == CLOCK_MONOTONIC_RAW || clock == CLOCK_REALTIME_COARSE || clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_PROCESS_CPUTIME_ID
			? -EOPNOTSUPP : -EINVAL;
	if (host_copy_in(t, &s, time, sizeof(s)))
		return -EFAULT;
	if (!span_valid(&s))
		return -EINVAL;
	if (!(flags & TIMER_ABSTIME))
		return sleep_until(t, time_deadline(&s, false, false), rest);
	int64_t result = sleep_until(t, time_deadline(&s, true, wall), 0);
	return result == -ERESTART_RESTARTBLOCK ? -ERESTARTNOHAND : result;
}
