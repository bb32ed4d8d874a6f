/* SPDX-License-Identifier: BSD-2-Clause */
/* fork, vfork, clone: new tasks, in a process of their own or in the caller's. */
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "process/internal.h"

#define TASKS_LIMIT	8192
#define SIGNAL_OF_FLAGS	0xff
#define CLEAR_SIGHAND	0x100000000ul	/* clone3's own */
#define INTO_CGROUP	0x200000000ul
#define NEW_TIME	0x80
#define NEW_SPACES	(CLONE_NEWNS | CLONE_NEWCGROUP | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWUSER | CLONE_NEWPID | CLONE_NEWNET | NEW_TIME)

struct clone_request {
	uint64_t flags, parent_tid, child_tid, stack, thread_pointer;	/* stack 0: the caller's */
	int exit_signal;
};

/* --- what is allowed --------------------------------------------------------------------------------------------------------------------- */

static int
request_check(const struct task *t, const struct clone_request *c)
{
	uint64_t f = c->flags;

	if ((f & CLONE_THREAD) && !(f & CLONE_SIGHAND))
		return -EINVAL;
	if ((f & CLONE_SIGHAND) && !(f & CLONE_VM))
		return -EINVAL;
	if ((f & CLONE_SIGHAND) && (f & CLEAR_SIGHAND))
		return -EINVAL;
	if ((f & (CLONE_FS | CLONE_NEWNS)) == (CLONE_FS | CLONE_NEWNS))
		return -EINVAL;
	if (f & NEW_SPACES)
		return privileged(t) ? -EINVAL : -EPERM;
	if ((f & CLONE_SIGHAND) && !(f & CLONE_THREAD))
		return -EINVAL;		/* handlers belong to a process here */
	if (f & CLONE_SETTLS && c->thread_pointer >= MEMORY_END)
		return -EPERM;
	return f & CLONE_PIDFD ? -EINVAL : 0;
}

static bool
too_many(const struct task *t)
{
	uint64_t limit = t->process->limit[RLIMIT_NPROC][0], tasks = 0;

	if (shared->process.tasks >= TASKS_LIMIT)
		return true;
	if (t->process->who.uid == 0 || limit == RLIM_INFINITY)
		return false;
	for (const struct process *p = shared->process.first; p; p = p->next)
		tasks += p->who.uid == t->process->who.uid ? p->tasks + p->ended : 0;
	return tasks >= limit;
}

/* --- a process ------------------------------------------------------------------------------------------------------------------------------ */

static void
process_inherit(struct process *p, const struct process *from)
{
	p->who = from->who;
	memcpy(p->action, from->action, sizeof(p->action));
	memcpy(p->limit, from->limit, sizeof(p->limit));
	p->group = from->group;
	p->session = from->session;
	p->terminal = from->terminal;
	p->umask = from->umask;
	p->dumpable = from->dumpable;
	p->personality = from->personality;
	p->nice = from->nice;
	p->no_new_privileges = from->no_new_privileges;
	p->vdso = from->vdso;
	p->arguments = from->arguments;
	p->arguments_end = from->arguments_end;
	p->environment_end = from->environment_end;
	p->begun = host_clock();
}

static void
handlers_clear(struct process *p)
{
	for (unsigned i = 0; i < SIGNALS; i++) {
		if ((void *)p->action[i].handler != SIG_IGN)
			p->action[i].handler = (uint64_t)SIG_DFL;
	}
}

static int
process_fill(struct process *p, struct process *from, const struct clone_request *c)
{
	p->files = c->flags & CLONE_FILES ? from->files : files_fork(from->files);
	if (!p->files)
		return -ENOMEM;
	if (c->flags & CLONE_FILES)
		p->files->users++;
	p->memory = c->flags & CLONE_VM ? from->memory : memory_fork(from->memory);
	if (!p->memory)
		return -ENOMEM;
	if (c->flags & CLONE_VM)
		p->memory->users++;
	return 0;
}

static void
process_undo(struct process *p)
{
	if (p->files)
		files_drop(p->files);
	if (p->memory)
		memory_drop(p->memory);
	process_free(p);
}

static struct process *
parent_for(struct process *p, const struct clone_request *c)
{
	return c->flags & CLONE_PARENT ? p->parent : p;
}

static int
process_make(struct task *t, const struct clone_request *c, struct process **made)
{
	struct process *from = t->process, *p = process_create(parent_for(from, c));

	if (!p)
		return -ENOMEM;
	process_inherit(p, from);
	if (c->flags & CLEAR_SIGHAND)
		handlers_clear(p);
	p->exit_signal = c->flags & CLONE_PARENT ? from->exit_signal : c->exit_signal <= SIGNALS ? c->exit_signal : 0;
	int error = process_fill(p, from, c);
	if (error) {
		process_undo(p);
		return error;
	}
	*made = p;
	return 0;
}

/* --- a task ---------------------------------------------------------------------------------------------------------------------------------- */

static void
task_inherit(struct task *t, const struct task *from, const struct clone_request *c)
{
	t->registers = from->registers;
	t->registers.rax = 0;
	if (c->stack)
		t->registers.rsp = c->stack;
	if (c->flags & CLONE_SETTLS)
		t->registers.fs_base = c->thread_pointer;
	t->mask = from->mask;
	if (!(c->flags & CLONE_VM) || (c->flags & CLONE_VFORK)) {
		t->stack_base = from->stack_base;
		t->stack_bytes = from->stack_bytes;
		t->stack_flags = from->stack_flags;
	}
	t->clear_tid = c->flags & CLONE_CHILD_CLEARTID ? c->child_tid : 0;
	memcpy(t->name, from->name, sizeof(t->name));
}

/* 0 or an error; then there is no trace of it. */
static int
task_make(struct task *t, struct process *p, const struct clone_request *c, struct task **made)
{
	int32_t tid = number_take();
	struct task *new;

	if (!tid)
		return -EAGAIN;
	new = task_create(p, tid);
	if (!new)
		return -ENOMEM;
	if (!(c->flags & CLONE_THREAD))
		p->pid = tid;
	int error = host_thread_create(new);
	if (!error) {
		*made = new;
		return 0;
	}
	p->tasks--;
	if (c->flags & CLONE_THREAD) {
		task_leave(new);
		task_free(new);
	}
	return error;
}

/* Its memory is that of the new task by now, whichever that is. */
static void
numbers_tell(struct task *t, struct task *new, const struct clone_request *c)
{
	if (c->flags & CLONE_PARENT_SETTID)
		host_copy_out(t, c->parent_tid, &new->tid, sizeof(new->tid));
	if (c->flags & CLONE_CHILD_SETTID)
		host_copy_out(new, c->child_tid, &new->tid, sizeof(new->tid));
}

static bool
child_has_memory(struct task *t)
{
	return t->vforked;
}

static int64_t
task_begin(struct task *t, struct task *new, const struct clone_request *c)
{
	int32_t tid = new->tid;

	task_inherit(new, t, c);
	numbers_tell(t, new, c);
	new->state = TASK_RUNS;
	shared->process.forks++;
	if (c->flags & CLONE_VFORK) {
		new->process->vforker = t;
		t->vforked = new->process;
	}
	signal_look(new);
	host_thread_start(new, t);
	if (c->flags & CLONE_VFORK)
		task_park(t, TASK_WAITS, child_has_memory);
	return tid;
}

static int64_t
clone_as(struct task *t, const struct clone_request *c)
{
	struct process *p = t->process;
	struct task *new;
	int error = request_check(t, c);

	if (error)
		return error;
	if (too_many(t))
		return -EAGAIN;
	if (p->sole || p->leaving)
		return -ERESTARTNOINTR;
	host_registers(t);
	if (!(c->flags & CLONE_THREAD))
		error = process_make(t, c, &p);
	if (!error) {
		error = task_make(t, p, c, &new);
		if (error && !(c->flags & CLONE_THREAD))
			process_undo(p);
	}
	if (error == -ENOMEM)
		return -EAGAIN;		/* as POSIX has it: room for a task is nothing that the program has asked for */
	return error ? error : task_begin(t, new, c);
}

/* --- calls ------------------------------------------------------------------------------------------------------------------------------------- */

int64_t
unix_clone(struct task *t, uint64_t flags, uint64_t stack, uint64_t parent_tid, uint64_t child_tid, uint64_t thread_pointer)
{
	struct clone_request c = { .flags = (uint32_t)flags & ~(uint64_t)SIGNAL_OF_FLAGS, .exit_signal = flags & SIGNAL_OF_FLAGS,
		.parent_tid = parent_tid, .child_tid = child_tid, .stack = stack, .thread_pointer = thread_pointer };

	return clone_as(t, &c);
}

int64_t
unix_fork(struct task *t)
{
	return clone_as(t, &(struct clone_request){ .exit_signal = SIGCHLD });
}

int64_t
unix_vfork(struct task *t)
{
	return clone_as(t, &(struct clone_request){ .flags = CLONE_VM | CLONE_VFORK, .exit_signal = SIGCHLD });
}

struct clone_arguments {		/* struct clone_args */
	uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_bytes, thread_pointer, set_tid, set_tid_count, cgroup;
};

static int
arguments_copy(struct task *t, uint64_t address, uint64_t bytes, struct clone_arguments *a)
{
	const char *more = shared->process.text;

	if (bytes > UNIX_PAGE)
		return -E2BIG;
	if (bytes < offsetof(struct clone_arguments, set_tid))
		return -EINVAL;
	*a = (struct clone_arguments){ 0 };
	if (host_copy_in(t, a, address, bytes < sizeof(*a) ? bytes : sizeof(*a)))
		return -EFAULT;
	if (bytes <= sizeof(*a))
		return 0;
	if (host_copy_in(t, shared->process.text, address + sizeof(*a), bytes - sizeof(*a)))
		return -EFAULT;
	for (uint64_t i = 0; i < bytes - sizeof(*a); i++) {
		if (more[i])
			return -E2BIG;
	}
	return 0;
}

int64_t
unix_clone3(struct task *t, uint64_t arguments, uint64_t bytes)
{
	struct clone_arguments a;
	int error = arguments_copy(t, arguments, bytes, &a);

	if (error)
		return error;
	if ((a.flags & (CLONE_DETACHED | SIGNAL_OF_FLAGS)) || (a.flags >> 32 & ~(CLEAR_SIGHAND >> 32)) || a.exit_signal > SIGNALS
	    || ((a.flags & (CLONE_THREAD | CLONE_PARENT)) && a.exit_signal) || !a.stack != !a.stack_bytes || a.set_tid || a.set_tid_count)
		return -EINVAL;
	struct clone_request c = { .flags = a.flags, .exit_signal = (int)a.exit_signal, .parent_tid = a.parent_tid, .child_tid = a.child_tid,
		.stack = a.stack ? a.stack + a.stack_bytes : 0, .thread_pointer = a.thread_pointer };
	return clone_as(t, &c);
}
