/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls that send signals. */
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "process/internal.h"

static bool
may_send(const struct task *t, const struct process *p, int number)
{
	const struct credentials *own = &t->process->who, *its = &p->who;

	return privileged(t) || own->euid == its->suid || own->euid == its->uid || own->uid == its->suid || own->uid == its->uid
		|| (number == SIGCONT && p->session == t->process->session);
}

/* Number 0 only asks. */
static int
send_to(struct task *t, struct process *p, struct task *to, const struct signal_info *info)
{
	if (!may_send(t, p, info->number))
		return -EPERM;
	if (!info->number || (p == t->process && signal_own(t, to, info)))
		return 0;
	return signal_send(p, to, info);
}

/* GROUP 0: to all but the caller.  0 if it reached one; -EPERM: it might have. */
static int
send_to_many(struct task *t, int32_t group, const struct signal_info *info)
{
	int result = -ESRCH;

	for (struct process *p = shared->process.first, *next; p; p = next) {
		next = p->next;
		if (group ? p->group != group : p == t->process)
			continue;
		int error = send_to(t, p, NULL, info);
		if (!error || result == -ESRCH)
			result = error;
	}
	return result;
}

static struct signal_info
info_by(const struct task *t, int number, int code)
{
	return (struct signal_info){ .number = number, .code = code, .by = { .pid = t->process->pid, .uid = t->process->who.uid } };
}

static bool
is_signal(int number)
{
	return number >= 0 && number <= SIGNALS;
}

int64_t
unix_kill(struct task *t, int32_t pid, int number)
{
	struct signal_info info = info_by(t, number, SI_USER);

	if (!is_signal(number))
		return -EINVAL;
	if (pid == INT32_MIN)
		return -ESRCH;
	if (pid <= 0)
		return send_to_many(t, pid == 0 ? t->process->group : pid == -1 ? 0 : -pid, &info);
	struct process *p = process_find(pid);
	return p ? send_to(t, p, NULL, &info) : -ESRCH;
}

/* To a thread, which is of process PID unless that is 0. */
static int64_t
send_to_thread(struct task *t, int32_t pid, int32_t tid, const struct signal_info *info)
{
	struct task *to = task_find(tid);

	if (!to || (pid && to->process->pid != pid))
		return -ESRCH;
	return send_to(t, to->process, to, info);
}

int64_t
unix_tkill(struct task *t, int32_t tid, int number)
{
	struct signal_info info = info_by(t, number, SI_TKILL);

	return tid <= 0 || !is_signal(number) ? -EINVAL : send_to_thread(t, 0, tid, &info);
}

int64_t
unix_tgkill(struct task *t, int32_t pid, int32_t tid, int number)
{
	struct signal_info info = info_by(t, number, SI_TKILL);

	return pid <= 0 || tid <= 0 || !is_signal(number) ? -EINVAL : send_to_thread(t, pid, tid, &info);
}

/* A program's own siginfo: others cannot be told that it comes from the kernel, or from kill. */
static int
info_copy(struct task *t, int32_t pid, int number, uint64_t from, struct signal_info *info)
{
	if (host_copy_in(t, info, from, sizeof(*info)))
		return -EFAULT;
	info->number = number;
	if ((info->code >= 0 || info->code == SI_TKILL) && pid != t->process->pid)
		return -EPERM;
	return is_signal(number) ? 0 : -EINVAL;
}

int64_t
unix_rt_sigqueueinfo(struct task *t, int32_t pid, int number, uint64_t from)
{
	struct process *p = process_find(pid);
	struct signal_info info;
	int error = info_copy(t, pid, number, from, &info);

	if (error)
		return error;
	return p ? send_to(t, p, NULL, &info) : -ESRCH;
}

int64_t
unix_rt_tgsigqueueinfo(struct task *t, int32_t pid, int32_t tid, int number, uint64_t from)
{
	struct signal_info info;
	int error = pid <= 0 || tid <= 0 ? -EINVAL : info_copy(t, pid, number, from, &info);

	return error ? error : send_to_thread(t, pid, tid, &info);
}
