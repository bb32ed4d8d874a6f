/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Job control: a terminal belongs to a session, and a group of it is in the foreground.
 *
 * Invariant: a process's `terminal' is that of its session, or none; a terminal without session is no process's.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/ioctl.h>
#include <unix/arena.h>
#include "line.h"

static bool
leads(const struct process *p)
{
	return p->session == p->pid;
}

void
job_signal(struct terminal *y, int signal)
{
	if (y->group)
		signal_group(y->group, &(struct signal_info){ .number = signal, .code = SI_KERNEL });
}

int
job_check(struct task *t, struct terminal *y, int signal)
{
	struct process *p = t->process;

	if (p->terminal != y || !y->group || p->group == y->group)
		return 0;
	if (signal_ignored(t, signal))
		return signal == SIGTTIN ? -EIO : 0;
	if (group_orphaned(p->group))
		return -EIO;
	signal_group(p->group, &(struct signal_info){ .number = signal, .code = SI_KERNEL });
	return -ERESTARTSYS;
}

/* --- whose terminal it is --------------------------------------------------------------------------------------------------------------- */

static void
job_take(struct terminal *y, struct process *p)
{
	y->session = p->session;
	y->group = p->group;
	p->terminal = y;
}

/* Nobody's any more. */
static void
job_free(struct terminal *y)
{
	for (struct process *p = shared->process.first; p; p = p->next) {
		if (p->terminal == y)
			p->terminal = NULL;
	}
	y->session = y->group = 0;
}

void
job_opened(struct task *t, struct terminal *y)
{
	struct process *p = t->process;

	if (leads(p) && !p->terminal && !y->session)
		job_take(y, p);
}

void
job_hang(struct terminal *y)
{
	int32_t session = y->session, group = y->group;
	struct process *leader = session ? process_find(session) : NULL;

	job_free(y);
	if (leader) {
		signal_simple(leader, SIGHUP);
		signal_simple(leader, SIGCONT);
	}
	if (group && group != session) {
		signal_group(group, &(struct signal_info){ .number = SIGHUP, .code = SI_KERNEL });
		signal_group(group, &(struct signal_info){ .number = SIGCONT, .code = SI_KERNEL });
	}
}

void
terminal_leave(struct process *p)
{
	struct terminal *y = p->terminal;

	if (!leads(p)) {
		p->terminal = NULL;
	} else if (y) {
		int32_t group = y->group;
		job_free(y);
		if (!group)
			return;
		signal_group(group, &(struct signal_info){ .number = SIGHUP, .code = SI_KERNEL });
		signal_group(group, &(struct signal_info){ .number = SIGCONT, .code = SI_KERNEL });
	}
}

/* --- ioctl -------------------------------------------------------------------------------------------------------------------------------- */

static int64_t
control_take(struct task *t, struct file *f, uint64_t argument)
{
	struct terminal *y = f->terminal;
	struct process *p = t->process;

	if (leads(p) && p->session == y->session)
		return 0;
	if (!leads(p) || p->terminal)
		return -EPERM;
	if (y->session && (argument != 1 || !privileged(t)))
		return -EPERM;
	if (!f->readable && !privileged(t))
		return -EPERM;
	job_free(y);
	job_take(y, p);
	return 0;
}

/* The session that GROUP is in; 0: there is no such group. */
static int32_t
group_session(int32_t group)
{
	for (const struct process *p = shared->process.first; p; p = p->next) {
		if (p->group == group)
			return p->session;
	}
	return 0;
}

static int64_t
control_foreground(struct task *t, struct terminal *y, uint64_t from)
{
	struct process *p = t->process;
	int32_t group;
	int error = job_check(t, y, SIGTTOU);

	if (error)
		return error == -EIO ? -ENOTTY : error;
	if (host_copy_in(t, &group, from, sizeof(group)))
		return -EFAULT;
	if (group < 0)
		return -EINVAL;
	if (p->terminal != y || y->session != p->session)
		return -ENOTTY;
	int32_t session = group_session(group);
	if (!session)
		return -ESRCH;
	if (session != p->session)
		return -EPERM;
	y->group = group;
	return 0;
}

/* A number of the terminal's: of a slave only its own session is told. */
static int64_t
control_tell(struct task *t, const struct file *f, int32_t number, uint64_t to)
{
	if (!terminal_master(f) && t->process->terminal != f->terminal)
		return -ENOTTY;
	return host_copy_out(t, to, &number, sizeof(number));
}

int64_t
job_control(struct task *t, struct file *f, unsigned request, uint64_t argument)
{
	struct terminal *y = f->terminal;

	switch (request) {
	case TIOCSCTTY:
		return control_take(t, f, argument);
	case TIOCNOTTY:
		if (t->process->terminal != y)
			return -ENOTTY;
		terminal_leave(t->process);
		return 0;
	case TIOCGPGRP:
		return control_tell(t, f, y->group, argument);
	case TIOCSPGRP:
		return control_foreground(t, y, argument);
	case TIOCGSID:
		return y->session ? control_tell(t, f, y->session, argument) : -ENOTTY;
	default:
		return -ENOTTY;
	}
}
