/* SPDX-License-Identifier: BSD-2-Clause */
/* Waiting for children: those that have ended, and what is new of the others. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "process/internal.h"

#define CLONES	0x80000000u	/* __WCLONE: only those that do not tell by SIGCHLD */
#define ALL	0x40000000u	/* __WALL */
#define OWN	0x20000000u	/* __WNOTHREAD: a process's children are all its tasks' */
#define KEEP	((unsigned)WNOWAIT)

struct wanted {
	int which;		/* P_PID, P_PGID, P_ALL */
	int32_t number;
	unsigned options;
};

/* What was found of a child. */
struct found {
	int32_t pid, status, code;	/* status as wait4 has it; CLD_* */
	uint32_t uid;
	uint64_t used;
};

static bool
is_wanted(const struct process *child, const struct wanted *w)
{
	bool clone = child->exit_signal != SIGCHLD;

	if (w->which == P_PID && child->pid != w->number)
		return false;
	if (w->which == P_PGID && child->group != w->number)
		return false;
	return (w->options & ALL) || clone == !!(w->options & CLONES);
}

static void
found_end(struct process *child, unsigned options, struct found *f)
{
	f->used = child->time_ended + child->time_children;
	f->status = child->status;
	f->code = child->status & 0x7f ? CLD_KILLED : CLD_EXITED;
	if (options & KEEP)
		return;
	child->parent->time_children += f->used;
	process_free(child);
}

/* 0: nothing that W wants to know. */
static bool
look_at(struct process *child, const struct wanted *w, struct found *f)
{
	unsigned options = w->options;

	*f = (struct found){ .pid = child->pid, .uid = child->who.uid };
	if (child->ended) {
		if (options & WEXITED)
			found_end(child, options, f);
		return options & WEXITED;
	}
	if (!child->news)
		return false;
	if (child->stopped && (options & WSTOPPED)) {
		f->status = child->status;
		f->code = CLD_STOPPED;
	} else if (!child->stopped && child->continued && (options & WCONTINUED)) {
		f->status = 0xffff;
		f->code = CLD_CONTINUED;
	} else {
		return false;
	}
	child->news = options & KEEP;
	f->used = time_used(child) + child->time_children;
	return true;
}

/* One that is named is found without a look at the others. */
static struct process *
first_of(const struct process *p, const struct wanted *w)
{
	struct process *child = w->which == P_PID ? process_find(w->number) : p->child;

	return child && child->parent == p ? child : NULL;
}

/* 1, 0: none yet, and it is not to be waited, or an error. */
static int
find(struct task *t, const struct wanted *w, struct found *f)
{
	struct process *p = t->process;

	for (;;) {
		bool any = false;
		for (struct process *child = first_of(p, w); child; child = w->which == P_PID ? NULL : child->sibling) {
			if (!is_wanted(child, w))
				continue;
			any = true;
			if (look_at(child, w, f))
				return 1;
		}
		if (!any)
			return -ECHILD;
		if (w->options & WNOHANG)
			return 0;
		int error = wait_at(t, &p->changes, UNIX_NEVER);
		if (error)
			return error;
	}
}

/* --- what it costs ---------------------------------------------------------------------------------------------------------------------------- */

#define USAGE_WORDS 18		/* struct rusage: what is not counted here is 0 */
enum { USAGE_SECONDS, USAGE_MICRO, USAGE_RESIDENT = 4 };

int
usage_put(struct task *t, uint64_t to, uint64_t used, uint64_t pages)
{
	uint64_t usage[USAGE_WORDS] = { [USAGE_SECONDS] = used / SECOND, [USAGE_MICRO] = used % SECOND / 1000, [USAGE_RESIDENT] = pages * (UNIX_PAGE / 1024) };

	return host_copy_out(t, to, usage, sizeof(usage));
}

/* --- calls ---------------------------------------------------------------------------------------------------------------------------------------- */

static struct wanted
wanted_of(const struct task *t, int32_t pid, unsigned options)
{
	if (pid > 0)
		return (struct wanted){ P_PID, pid, options };
	if (pid == -1)
		return (struct wanted){ P_ALL, 0, options };
	return (struct wanted){ P_PGID, pid ? -pid : t->process->group, options };
}

int64_t
unix_wait4(struct task *t, int32_t pid, uint64_t status, int options, uint64_t usage)
{
	unsigned known = WNOHANG | WUNTRACED | WCONTINUED | OWN | CLONES | ALL;
	struct found f;

	if ((unsigned)options & ~known)
		return -EINVAL;
	if (pid == INT32_MIN)
		return -ESRCH;
	struct wanted w = wanted_of(t, pid, (unsigned)options | WEXITED);
	int got = find(t, &w, &f);
	if (got <= 0)
		return got;
	if (status && host_copy_out(t, status, &f.status, sizeof(f.status)))
		return -EFAULT;
	if (usage && usage_put(t, usage, f.used, 0))
		return -EFAULT;
	return f.pid;
}

static int32_t
status_short(const struct found *f)
{
	switch (f->code) {
	case CLD_EXITED: return f->status >> 8 & 0xff;
	case CLD_KILLED: return f->status & 0x7f;
	case CLD_STOPPED: return f->status >> 8 & 0xff;
	default: return SIGCONT;
	}
}

static int
info_put(struct task *t, uint64_t to, const struct found *f)
{
	struct { struct signal_info info; char rest[128 - sizeof(struct signal_info)]; } whole = { .info = { 0 } };

	if (f)
		whole.info = (struct signal_info){ .number = SIGCHLD, .code = f->code, .by = { .pid = f->pid, .uid = f->uid, .value = (uint32_t)status_short(f) } };
	return host_copy_out(t, to, &whole, offsetof(struct signal_info, by) + sizeof(whole.info.by));
}

int64_t
unix_waitid(struct task *t, int which, int32_t number, uint64_t info, int options, uint64_t usage)
{
	unsigned known = WNOHANG | WEXITED | WSTOPPED | WCONTINUED | WNOWAIT | OWN | CLONES | ALL;
	unsigned events = WEXITED | WSTOPPED | WCONTINUED;
	struct wanted w = { which, number, (unsigned)options };
	struct found f;

	if (((unsigned)options & ~known) || !((unsigned)options & events))
		return -EINVAL;
	if ((which != P_ALL && which != P_PID && which != P_PGID) || (which == P_PID && number <= 0) || (which == P_PGID && number < 0))
		return -EINVAL;
	if (which == P_PGID && !number)
		w.number = t->process->group;
	int got = find(t, &w, &f);
	if (got < 0)
		return got;
	if (got && usage && usage_put(t, usage, f.used, 0))
		return -EFAULT;
	return info ? info_put(t, info, got ? &f : NULL) : 0;
}
