/* SPDX-License-Identifier: BSD-2-Clause */
/* Limits of resources: kept here, enforced by whoever gives the resource. */
#include <errno.h>
#include <string.h>
#include <sys/resource.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "process/internal.h"

#define PROCESSES	4096		/* RLIMIT_NPROC, RLIMIT_SIGPENDING of the first process */
#define LOCKED		(8ul << 20)
#define MESSAGES	819200ul

void
limits_begin(struct process *p)
{
	static const uint64_t first[LIMITS][2] = {
		[RLIMIT_CPU] = { RLIM_INFINITY, RLIM_INFINITY },
		[RLIMIT_FSIZE] = { RLIM_INFINITY, RLIM_INFINITY },
		[RLIMIT_DATA] = { RLIM_INFINITY, RLIM_INFINITY },
		[RLIMIT_STACK] = { 8ul << 20, RLIM_INFINITY },
		[RLIMIT_CORE] = { 0, RLIM_INFINITY },
		[RLIMIT_RSS] = { RLIM_INFINITY, RLIM_INFINITY },
		[RLIMIT_NPROC] = { PROCESSES, PROCESSES },
		[RLIMIT_NOFILE] = { FILES_LIMIT, FILES_LIMIT },
		[RLIMIT_MEMLOCK] = { LOCKED, LOCKED },
		[RLIMIT_AS] = { RLIM_INFINITY, RLIM_INFINITY },
		[RLIMIT_LOCKS] = { RLIM_INFINITY, RLIM_INFINITY },
		[RLIMIT_SIGPENDING] = { PROCESSES, PROCESSES },
		[RLIMIT_MSGQUEUE] = { MESSAGES, MESSAGES },
		[RLIMIT_RTTIME] = { RLIM_INFINITY, RLIM_INFINITY },
	};
	memcpy(p->limit, first, sizeof(p->limit));
}

static int
limit_set(struct task *t, struct process *p, unsigned which, const uint64_t new[2])
{
	if (new[0] > new[1])
		return -EINVAL;
	if (which == RLIMIT_NOFILE && new[1] > FILES_LIMIT)
		return -EPERM;		/* no more than the table has, as with nr_open */
	if (new[1] > p->limit[which][1] && !privileged(t))
		return -EPERM;
	memcpy(p->limit[which], new, sizeof(p->limit[which]));
	return 0;
}

/* Another's limits are seen and set by who could be it. */
static bool
may_limit(const struct task *t, const struct process *p)
{
	const struct credentials *own = &t->process->who, *its = &p->who;

	return p == t->process || privileged(t)
		|| (own->uid == its->uid && own->uid == its->euid && own->uid == its->suid && own->gid == its->gid && own->gid == its->egid && own->gid == its->sgid);
}

int64_t
unix_prlimit64(struct task *t, int32_t pid, uint32_t which, uint64_t from, uint64_t old)
{
	struct process *p = t->process;
	const struct task *other;
	uint64_t new[2], was[2];
	int error;

	if (from && host_copy_in(t, new, from, sizeof(new)))
		return -EFAULT;
	if (pid) {
		other = task_find(pid);
		if (!other)
			return -ESRCH;
		p = other->process;
	}
	if (!may_limit(t, p))
		return -EPERM;
	if (which >= LIMITS)
		return -EINVAL;
	memcpy(was, p->limit[which], sizeof(was));
	error = from ? limit_set(t, p, which, new) : 0;
	if (error || !old)
		return error;
	return host_copy_out(t, old, was, sizeof(was));
}

int64_t
unix_getrlimit(struct task *t, uint32_t which, uint64_t to)
{
	return which < LIMITS ? host_copy_out(t, to, t->process->limit[which], sizeof(t->process->limit[which])) : -EINVAL;
}

int64_t
unix_setrlimit(struct task *t, uint32_t which, uint64_t from)
{
	uint64_t new[2];

	if (host_copy_in(t, new, from, sizeof(new)))
		return -EFAULT;
	return which < LIMITS ? limit_set(t, t->process, which, new) : -EINVAL;
}
