/* SPDX-License-Identifier: BSD-2-Clause */
/* Timers that send signals: setitimer's, alarm's, timer_create's.  Those that run are in a list, the next one first; the host calls when that one's time has come. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include <unix/unix.h>
#include "process/internal.h"
#include "process/objects.h"

#define MICRO		1000
#define TIMERS_MOST	1024	/* of a process */
#define OVERRUN_MOST	INT32_MAX
#define TICK		(SECOND / 250)	/* how often a timer of the processor's time looks at most */

/* --- the list that runs ---------------------------------------------------------------------------------------------------------------------- */

static void
host_tell(void)
{
	const struct alarm *first = shared->process.alarms;

	host_alarm(first ? first->deadline : UNIX_NEVER);
}

static void
alarm_stop(struct alarm *a)
{
	struct alarm **link = &shared->process.alarms;

	if (a->deadline == UNIX_NEVER)
		return;
	while (*link != a)
		link = &(*link)->next;
	*link = a->next;
	a->deadline = UNIX_NEVER;
}

static void
alarm_run(struct alarm *a, uint64_t deadline)
{
	struct alarm **link = &shared->process.alarms;

	a->deadline = deadline;
	if (deadline == UNIX_NEVER)
		return;
	while (*link && (*link)->deadline <= deadline)
		link = &(*link)->next;
	a->next = *link;
	*link = a;
}

static void
alarm_set(struct alarm *a, uint64_t deadline, uint64_t interval)
{
	alarm_stop(a);
	a->interval = interval;
	a->overrun = 0;
	alarm_run(a, deadline);
	host_tell();
}

/* --- its signal ---------------------------------------------------------------------------------------------------------------------------------- */

static bool
is_queued(const struct signal_queue *q, const struct alarm *a)
{
	const struct signal_entry *e = q->first;

	while (e && !(e->info.code == SI_TIMER && e->info.timer.timer == a->id))
		e = e->next;
	return e;
}

/* One that has not been taken yet counts for this one, too. */
static void
alarm_send(struct alarm *a)
{
	struct process *p = a->process;
	struct task *t = a->tid ? task_find(a->tid) : NULL;

	if (a->id < 0) {
		signal_simple(p, a->signal);
		return;
	}
	if (!a->signal || (a->tid && (!t || t->process != p)))
		return;
	if (is_queued(t ? &t->pending : &p->pending, a))
		a->overrun += a->overrun < OVERRUN_MOST;
	else
		signal_send(p, t, &(struct signal_info){ .number = a->signal, .code = SI_TIMER, .timer = { .timer = a->id, .value = a->value } });
}

static struct alarm *
alarm_find(const struct process *p, int32_t id)
{
	struct alarm *a = p->alarm;

	while (a && a->id != id)
		a = a->next_owned;
	return a;
}

void
alarm_told(struct process *p, struct signal_info *info)
{
	struct alarm *a = alarm_find(p, info->timer.timer);

	if (!a)
		return;
	info->timer.overrun = a->told = a->overrun;
	a->overrun = 0;
}

/* When SPAN of the processor's time can have gone, and not before the next tick. */
static uint64_t
used_look(uint64_t now, uint64_t span)
{
	if (span < TICK)
		span = TICK;
	return span < UNIX_NEVER - now ? now + span : UNIX_NEVER;
}

/* Of the processor's time: what its process did not use of the clock's since it looked last it looks for again. */
static void
used_fire(struct alarm *a, uint64_t now)
{
	uint64_t used = time_used(a->process);

	alarm_stop(a);
	if (used >= a->used) {
		alarm_send(a);
		a->used = a->interval ? a->used + ((used - a->used) / a->interval + 1) * a->interval : 0;
	}
	if (a->used)
		alarm_run(a, used_look(now, a->used - used));
}

/* Its next time is behind NOW; those in between were missed. */
static void
alarm_fire(struct alarm *a, uint64_t now)
{
	uint64_t deadline = a->deadline, missed;

	if (a->used) {
		used_fire(a, now);
		return;
	}
	alarm_stop(a);
	alarm_send(a);
	if (!a->interval)
		return;
	missed = (now - deadline) / a->interval;
	a->overrun = missed < (uint64_t)(OVERRUN_MOST - a->overrun) ? a->overrun + (int32_t)missed : OVERRUN_MOST;
	alarm_run(a, deadline + (missed + 1) * a->interval);
}

void
unix_alarmed(void)
{
	uint64_t now = host_clock();

	host_lock(NULL);
	while (shared->process.alarms && shared->process.alarms->deadline <= now)
		alarm_fire(shared->process.alarms, now);
	host_tell();
	host_unlock(NULL);
}

/* --- a process's ------------------------------------------------------------------------------------------------------------------------------------ */

static struct alarm *
alarm_make(struct process *p, int32_t id)
{
	struct alarm *a = arena_take(ARENA_ALARM), **link = &p->alarm;

	if (!a)
		return NULL;
	a->process = p;
	a->id = id;
	a->deadline = UNIX_NEVER;
	while (*link && (*link)->id < id)
		link = &(*link)->next_owned;
	a->next_owned = *link;
	*link = a;
	return a;
}

static void
alarm_free(struct alarm *a)
{
	struct alarm **link = &a->process->alarm;

	alarm_stop(a);
	while (*link != a)
		link = &(*link)->next_owned;
	*link = a->next_owned;
	arena_give(ARENA_ALARM, a);
}

static void
alarms_free(struct process *p, bool all)
{
	struct alarm *a = p->alarm, *next;

	if (!a)
		return;
	for (; a; a = next) {
		next = a->next_owned;
		if (all || a->id >= 0)
			alarm_free(a);
	}
	host_tell();
}

void
alarms_end(struct process *p)
{
	alarms_free(p, true);
}

void
alarms_exec(struct process *p)
{
	alarms_free(p, false);
}

/* --- setitimer and alarm ------------------------------------------------------------------------------------------------------------------------------ */

static uint64_t
left_of(const struct alarm *a)
{
	if (!a || a->deadline == UNIX_NEVER)
		return 0;
	uint64_t now = a->used ? time_used(a->process) : host_clock(), due = a->used ? a->used : a->deadline;
	return due > now ? due - now : 1;
}

/* The times of a struct itimerval. */
struct setting {
	struct span interval, value;
};

static struct setting
setting_of(const struct alarm *a, uint64_t unit)
{
	uint64_t left = left_of(a);
	struct setting s = { span_of(a ? a->interval : 0), span_of(unit == 1 ? left : (left + unit - 1) / unit * unit) };

	s.interval.rest /= (int64_t)unit;
	s.value.rest /= (int64_t)unit;
	return s;
}

static uint64_t
micro_value(const struct span *s)
{
	return span_value(&(struct span){ s->seconds, s->rest * MICRO });
}

static bool
micro_valid(const struct span *s)
{
	return s->seconds >= 0 && (uint64_t)s->rest < SECOND / MICRO;
}

/* WHICH is setitimer's. */
static int
timer_set(struct process *p, int which, uint64_t value, uint64_t interval)
{
	static const int32_t signal[] = { [ITIMER_REAL] = SIGALRM, [ITIMER_VIRTUAL] = SIGVTALRM, [ITIMER_PROF] = SIGPROF };
	struct alarm *a = alarm_find(p, ALARM_OF(which));
	uint64_t now = host_clock(), used = which == ITIMER_REAL ? 0 : time_used(p);

	if (!a && !value)
		return 0;
	if (!a)
		a = alarm_make(p, ALARM_OF(which));
	if (!a)
		return -ENOMEM;
	a->signal = signal[which];
	if (which != ITIMER_REAL) {
		a->used = !value ? 0 : value < UNIX_NEVER - used ? used + value : UNIX_NEVER;
		alarm_set(a, value ? used_look(now, value) : UNIX_NEVER, interval);
	} else {
		alarm_set(a, value && value < UNIX_NEVER - now ? now + value : UNIX_NEVER, interval);
	}
	return 0;
}

static bool
timer_exists(int which)
{
	return which >= ITIMER_REAL && which <= ITIMER_PROF;
}

int64_t
unix_getitimer(struct task *t, int which, uint64_t to)
{
	struct setting s = setting_of(alarm_find(t->process, ALARM_OF(which)), MICRO);

	return timer_exists(which) ? host_copy_out(t, to, &s, sizeof(s)) : -EINVAL;
}

/* All of a process's time of the processor counts as its program's: the last two differ in their signals. */
int64_t
unix_setitimer(struct task *t, int which, uint64_t from, uint64_t old)
{
	struct setting new = { .value = { 0 } }, was;

	if (from && host_copy_in(t, &new, from, sizeof(new)))
		return -EFAULT;
	if (!micro_valid(&new.value) || !micro_valid(&new.interval) || !timer_exists(which))
		return -EINVAL;
	was = setting_of(alarm_find(t->process, ALARM_OF(which)), MICRO);
	int error = timer_set(t->process, which, micro_value(&new.value), micro_value(&new.interval));
	if (error || !old)
		return error;
	return host_copy_out(t, old, &was, sizeof(was));
}

/* Whole seconds that are left: rounded, and not to 0. */
int64_t
unix_alarm(struct task *t, uint32_t seconds)
{
	uint64_t left = left_of(alarm_find(t->process, ALARM_OF(ITIMER_REAL)));
	uint64_t whole = (left + SECOND / 2) / SECOND;
	int error = timer_set(t->process, ITIMER_REAL, seconds * SECOND, 0);

	return error ? error : (int64_t)(left && !whole ? 1 : whole);
}

/* --- timer_create --------------------------------------------------------------------------------------------------------------------------------------- */

struct event {			/* struct sigevent */
	uint64_t value;
	int32_t signal, notify;
	int32_t tid;
	int32_t pad[11];
};
_Static_assert(sizeof(struct event) == 64, "as Linux has it");
#define NOTIFY_TASK 4

static int
event_check(const struct task *t, const struct event *e)
{
	const struct task *to;

	if (e->notify == SIGEV_NONE)
		return 0;
	if (e->notify != SIGEV_SIGNAL && e->notify != SIGEV_THREAD && e->notify != NOTIFY_TASK)
		return -EINVAL;
	if (e->signal < 1 || e->signal > SIGNALS)
		return -EINVAL;
	to = e->notify == NOTIFY_TASK ? task_find(e->tid) : t;
	return to && to->process == t->process ? 0 : -EINVAL;
}

static int32_t
id_free(const struct process *p)
{
	int32_t id = 0;

	for (const struct alarm *a = p->alarm; a && a->id <= id; a = a->next_owned)
		id = a->id < 0 ? 0 : a->id + 1;
	return id;
}

int64_t
unix_timer_create(struct task *t, int clock, uint64_t event, uint64_t to)
{
	struct event e = { .signal = SIGALRM, .notify = SIGEV_SIGNAL };
	int32_t id = id_free(t->process);

	if (event && host_copy_in(t, &e, event, sizeof(e)))
		return -EFAULT;
	if (clock == CLOCK_PROCESS_CPUTIME_ID || clock == CLOCK_THREAD_CPUTIME_ID)
		return -EOPNOTSUPP;
	if ((clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC && clock != CLOCK_BOOTTIME) || event_check(t, &e))
		return -EINVAL;
	if (id >= TIMERS_MOST)
		return -EAGAIN;
	struct alarm *a = alarm_make(t->process, id);
	if (!a)
		return -EAGAIN;
	a->clock = clock;
	a->signal = e.notify == SIGEV_NONE ? 0 : e.signal;
	a->tid = e.notify == NOTIFY_TASK ? e.tid : 0;
	a->value = event ? e.value : (uint64_t)id;
	if (!host_copy_out(t, to, &id, sizeof(id)))
		return 0;
	alarm_free(a);
	return -EFAULT;
}

static struct alarm *
timer_of(const struct task *t, int32_t id)
{
	return id < 0 ? NULL : alarm_find(t->process, id);
}

int64_t
unix_timer_settime(struct task *t, int32_t id, int flags, uint64_t from, uint64_t old)
{
	struct alarm *a = timer_of(t, id);
	struct setting new, was;

	if (!from)
		return -EINVAL;
	if (host_copy_in(t, &new, from, sizeof(new)))
		return -EFAULT;
	if (!a || !span_valid(&new.value) || !span_valid(&new.interval))
		return -EINVAL;
	was = setting_of(a, 1);
	bool on = new.value.seconds || new.value.rest;
	alarm_set(a, on ? time_deadline(&new.value, flags & TIMER_ABSTIME, a->clock == CLOCK_REALTIME) : UNIX_NEVER, span_value(&new.interval));
	return old ? host_copy_out(t, old, &was, sizeof(was)) : 0;
}

int64_t
unix_timer_gettime(struct task *t, int32_t id, uint64_t to)
{
	struct alarm *a = timer_of(t, id);
	struct setting s = setting_of(a, 1);

	return a ? host_copy_out(t, to, &s, sizeof(s)) : -EINVAL;
}

int64_t
unix_timer_getoverrun(struct task *t, int32_t id)
{
	struct alarm *a = timer_of(t, id);

	return a ? a->told : -EINVAL;
}

int64_t
unix_timer_delete(struct task *t, int32_t id)
{
	struct alarm *a = timer_of(t, id);

	if (!a)
		return -EINVAL;
	alarm_free(a);
	host_tell();
	return 0;
}
