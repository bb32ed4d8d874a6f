/* SPDX-License-Identifier: BSD-2-Clause */
/* Scheduling as programs ask about it: one processor, one policy, SCHED_OTHER; who is nice is not slower. */
#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/resource.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "process/internal.h"

#define PRIORITY_HIGHEST 99
#define NICE_OF_KERNEL	20	/* getpriority's result is 20 - nice */
#define INTERVAL	(SECOND / 10)

static struct task *
task_named(struct task *t, int32_t tid)
{
	return tid ? task_find(tid) : t;
}

int64_t
unix_sched_yield(struct task *t)
{
	return 0;
}

int64_t
unix_getcpu(struct task *t, uint64_t processor, uint64_t node)
{
	static const uint32_t zero;

	if (processor && host_copy_out(t, processor, &zero, sizeof(zero)))
		return -EFAULT;
	return node ? host_copy_out(t, node, &zero, sizeof(zero)) : 0;
}

int64_t
unix_sched_getaffinity(struct task *t, int32_t tid, uint32_t bytes, uint64_t to)
{
	static const uint64_t first = 1;

	if (bytes < sizeof(first) || bytes % sizeof(first))
		return -EINVAL;
	if (tid < 0 || !task_named(t, tid))
		return -ESRCH;
	return host_copy_out(t, to, &first, sizeof(first)) ? -EFAULT : (int64_t)sizeof(first);
}

int64_t
unix_sched_setaffinity(struct task *t, int32_t tid, uint32_t bytes, uint64_t from)
{
	uint64_t mask = 0;

	if (host_copy_in(t, &mask, from, bytes < sizeof(mask) ? bytes : sizeof(mask)))
		return -EFAULT;
	if (tid < 0 || !task_named(t, tid))
		return -ESRCH;
	return mask & 1 ? 0 : -EINVAL;
}

int64_t
unix_sched_getscheduler(struct task *t, int32_t tid)
{
	if (tid < 0)
		return -EINVAL;
	return task_named(t, tid) ? SCHED_OTHER : -ESRCH;
}

int64_t
unix_sched_getparam(struct task *t, int32_t tid, uint64_t to)
{
	static const int32_t zero;

	if (tid < 0 || !to)
		return -EINVAL;
	return task_named(t, tid) ? host_copy_out(t, to, &zero, sizeof(zero)) : -ESRCH;
}

static int
policy_check(struct task *t, int32_t tid, int policy, uint64_t from)
{
	int32_t priority;

	if (tid < 0 || !from)
		return -EINVAL;
	if (host_copy_in(t, &priority, from, sizeof(priority)))
		return -EFAULT;
	if (!task_named(t, tid))
		return -ESRCH;
	if (policy == SCHED_FIFO || policy == SCHED_RR)
		return priority < 1 || priority > PRIORITY_HIGHEST ? -EINVAL : -EPERM;
	return priority || (policy != SCHED_OTHER && policy != SCHED_BATCH && policy != SCHED_IDLE) ? -EINVAL : 0;
}

int64_t
unix_sched_setscheduler(struct task *t, int32_t tid, int policy, uint64_t from)
{
	return policy < 0 ? -EINVAL : policy_check(t, tid, policy, from);
}

int64_t
unix_sched_setparam(struct task *t, int32_t tid, uint64_t from)
{
	return policy_check(t, tid, SCHED_OTHER, from);
}

static int64_t
bound(int policy, int64_t realtime)
{
	switch (policy) {
	case SCHED_FIFO: case SCHED_RR: return realtime;
	case SCHED_OTHER: case SCHED_BATCH: case SCHED_IDLE: return 0;
	default: return -EINVAL;
	}
}

int64_t
unix_sched_get_priority_max(struct task *t, int policy)
{
	return bound(policy, PRIORITY_HIGHEST);
}

int64_t
unix_sched_get_priority_min(struct task *t, int policy)
{
	return bound(policy, 1);
}

int64_t
unix_sched_rr_get_interval(struct task *t, int32_t tid, uint64_t to)
{
	struct span s = span_of(INTERVAL);

	if (tid < 0)
		return -EINVAL;
	return task_named(t, tid) ? host_copy_out(t, to, &s, sizeof(s)) : -ESRCH;
}

/* --- nice ---------------------------------------------------------------------------------------------------------------------------------------- */

static bool
is_meant(const struct task *t, const struct process *p, int which, uint32_t who)
{
	switch (which) {
	case PRIO_PROCESS: return who ? p->pid == (int32_t)who : p == t->process;
	case PRIO_PGRP: return p->group == (who ? (int32_t)who : t->process->group);
	default: return p->who.uid == (who ? who : t->process->who.uid);
	}
}

int64_t
unix_getpriority(struct task *t, int which, uint32_t who)
{
	int64_t best = -ESRCH;

	if (which < PRIO_PROCESS || which > PRIO_USER)
		return -EINVAL;
	for (const struct process *p = shared->process.first; p; p = p->next) {
		if (!p->ended && is_meant(t, p, which, who) && NICE_OF_KERNEL - p->nice > best)
			best = NICE_OF_KERNEL - p->nice;
	}
	return best;
}

static int
nice_set(const struct task *t, struct process *p, int nice)
{
	uint32_t uid = t->process->who.euid;

	if (!privileged(t) && p->who.uid != uid && p->who.euid != uid)
		return -EPERM;
	if (nice < p->nice && !privileged(t))
		return -EACCES;
	p->nice = (int8_t)nice;
	return 0;
}

int64_t
unix_setpriority(struct task *t, int which, uint32_t who, int nice)
{
	int error = -ESRCH;

	if (which < PRIO_PROCESS || which > PRIO_USER)
		return -EINVAL;
	nice = nice < -20 ? -20 : nice > 19 ? 19 : nice;
	for (struct process *p = shared->process.first; p; p = p->next) {
		if (p->ended || !is_meant(t, p, which, who))
			continue;
		int one = nice_set(t, p, nice);
		error = one || error == -ESRCH ? one : error;
	}
	return error;
}
