/* SPDX-License-Identifier: BSD-2-Clause */
/* The beginning: shared state, and the first process, which has the console for a terminal. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unix/arena.h>
#include <unix/unix.h>
#include "process/internal.h"

#define UMASK 022

static int
state_begin(const struct unix_boot *boot)
{
	int error = arena_begin();

	if (error)
		return error;
	shared->process.last_pid = 1;	/* is nobody's: who has no parent says that he has it for one */
	shared->process.first_status = -1;
	strcpy(shared->process.host_name, "janus");
	strcpy(shared->process.domain_name, "(none)");
	error = memory_begin();
	if (!error)
		error = file_begin(boot->archive, boot->archive_bytes);
	if (!error)
		error = terminal_begin();
	return error ? error : vdso_begin();
}

static struct task *
first_make(void)
{
	struct process *p = process_create(NULL);
	struct task *t;

	if (!p)
		return NULL;
	p->pid = p->group = p->session = shared->process.first_pid = number_take();
	p->exit_signal = SIGCHLD;
	p->umask = UMASK;
	p->begun = host_clock();
	limits_begin(p);
	p->files = files_create();
	t = task_create(p, p->pid);
	return p->files ? t : NULL;
}

static int
console_open(struct task *t)
{
	struct file *f;
	int error = file_open(t, AT_FDCWD, "/dev/console", O_RDWR, 0, &f);

	if (error)
		return error;
	for (int fd = 0; fd < 3 && !error; fd++) {
		file_hold(f);
		int got = file_install(t, f, 0);
		error = got < 0 ? got : 0;
	}
	file_drop(f);
	return error;
}

static int
first_begin(const struct unix_boot *boot)
{
	struct task *t = first_make();
	int error = t ? console_open(t) : -ENOMEM;

	if (!error)
		error = exec_first(t, boot->argument, boot->environment);
	if (!error)
		error = host_thread_create(t);
	if (error)
		return error;
	t->state = TASK_RUNS;
	host_thread_start(t, NULL);
	return 0;
}

int
unix_begin(const struct unix_boot *boot)
{
	int error = state_begin(boot);

	if (error)
		return error;
	host_lock(NULL);
	error = first_begin(boot);
	host_unlock(NULL);
	return error;
}
