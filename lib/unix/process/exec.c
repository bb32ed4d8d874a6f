/* SPDX-License-Identifier: BSD-2-Clause */
/* execve: exec.h. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "process/exec.h"
#include "process/internal.h"

#define SCRIPTS	5		/* interpreters that are scripts in turn */
#define FLAGS_BEGIN 0x202ul
#define STACK_ROOM_LEAST	(128ul << 20)
#define STACK_ROOM_MOST	(MEMORY_END / 6 * 5)

/* --- which file ------------------------------------------------------------------------------------------------------------------------ */

/* In place of the one that X had. */
static int
file_take(struct exec *x, struct node *file)
{
	int error = node_executable(x->t, file);

	if (x->file)
		node_drop(x->file);
	x->file = file;
	memset(x->head, 0, sizeof(x->head));
	if (error)
		return error;
	int64_t bytes = node_read(file, 0, x->head, sizeof(x->head));
	return bytes < 0 ? (int)bytes : 0;
}

static int
file_named(struct exec *x, const char *path)
{
	struct node *file;
	int error = node_find(x->t, AT_FDCWD, path, true, &file);

	return error ? error : file_take(x, file);
}

static const char *
skip_blanks(const char *s)
{
	while (*s == ' ' || *s == '\t')
		s++;
	return s;
}

/* The first one, which is the lowest string. */
static void
argument_drop(struct exec *x)
{
	x->at += text_length(x, x->at) + 1;
	x->arguments--;
}

/* The line behind `#!', in LINE: an interpreter, and perhaps one argument, which may have blanks. -ENOEXEC: it has none, or one that does not fit. */
static int
script_line(char *line, bool whole, const char **interpreter, const char **argument)
{
	char *name = (char *)skip_blanks(line), *end;

	if (!whole && !name[strcspn(name, " \t")])
		return -ENOEXEC;
	for (end = line + strlen(line); end > line && (end[-1] == ' ' || end[-1] == '\t');)
		*--end = 0;
	if (!*name)
		return -ENOEXEC;
	end = name + strcspn(name, " \t");
	*argument = *end ? skip_blanks(end) : NULL;
	*end = 0;
	*interpreter = name;
	return 0;
}

/* PATH's first line names who executes it: its arguments are that, PATH, and PATH's but the first. */
static int
script_follow(struct exec *x, char path[PATH_LIMIT])
{
	char line[EXEC_HEAD - 2];
	const char *interpreter, *argument;

	memcpy(line, x->head + 2, sizeof(line) - 1);
	line[sizeof(line) - 1] = 0;
	size_t length = strcspn(line, "\n");
	line[length] = 0;
	int error = script_line(line, length < sizeof(line) - 1 || x->head[EXEC_HEAD - 1] == '\n', &interpreter, &argument);
	if (error)
		return error;
	argument_drop(x);
	error = text_put(x, path);
	if (!error && argument)
		error = text_put(x, argument);
	if (!error)
		error = text_put(x, interpreter);
	if (error)
		return error;
	x->arguments += argument ? 3 : 2;
	strcpy(path, interpreter);
	return file_named(x, path);
}

static int
scripts_follow(struct exec *x, char path[PATH_LIMIT])
{
	unsigned depth = 0;
	int error = 0;

	while (!error && x->head[0] == '#' && x->head[1] == '!') {
		if (depth++ == SCRIPTS)
			return -ELOOP;
		error = script_follow(x, path);
	}
	return error;
}

/* --- the new memory ------------------------------------------------------------------------------------------------------------------------- */

static int
linker_load(struct exec *x)
{
	struct process *p = x->t->process;
	char path[sizeof(x->image.interpreter)];
	int error;

	if (!x->image.interpreter[0])
		return 0;
	strcpy(path, x->image.interpreter);
	error = file_named(x, path);
	return error ? error : image_load(p, x->file, x->head, &x->linker);
}

/* Where mappings begin: below what the stack may become. */
static uint64_t
top_for(const struct process *p)
{
	uint64_t stack = p->limit[RLIMIT_STACK][0];

	stack = stack < STACK_ROOM_LEAST ? STACK_ROOM_LEAST : stack > STACK_ROOM_MOST ? STACK_ROOM_MOST : stack;
	return (MEMORY_END - stack) & -UNIX_PAGE;
}

static int
memory_fill(struct exec *x)
{
	struct process *p = x->t->process;

	x->euid = p->who.euid;
	x->egid = p->who.egid;
	if (!p->no_new_privileges)
		node_arms(x->file, &x->euid, &x->egid);
	p->memory->top = top_for(p);
	int error = image_load(p, x->file, x->head, &x->image);

	if (error)
		return error;
	node_run(x->file);
	p->memory->program = x->file;
	p->memory->brk_start = p->memory->brk = (x->image.end + UNIX_PAGE - 1) & -UNIX_PAGE;
	error = linker_load(x);
	if (!error)
		error = vdso_map(p);
	return error ? error : stack_make(x);
}

/* The process has its new memory for as long as that is made. */
static int
memory_change(struct exec *x, struct memory *new)
{
	struct process *p = x->t->process;
	struct memory *old = p->memory;

	p->memory = new;
	int error = memory_fill(x);
	if (!error)
		error = files_exec(x->t);
	if (!error && old) {
		p->memory = old;
		task_release(x->t);
		p->memory = new;
		error = host_thread_move(x->t);
	}
	if (error) {
		p->memory = old;
		memory_drop(new);
	} else if (old) {
		memory_drop(old);
	}
	return error;
}

/* --- nothing can fail any more ----------------------------------------------------------------------------------------------------------------- */

static void
signals_reset(struct task *t)
{
	struct process *p = t->process;

	for (unsigned i = 0; i < SIGNALS; i++) {
		bool ignored = (void *)p->action[i].handler == SIG_IGN;
		p->action[i] = (struct signal_action){ .handler = ignored ? (uint64_t)SIG_IGN : (uint64_t)SIG_DFL };
	}
	t->stack_base = t->stack_bytes = t->stack_flags = 0;
	t->fault_vector = t->fault_error = t->fault_address = 0;
}

/* What /proc shows of PATH: as much of its last part as there is room for. */
static void
name_take(char name[TASK_NAME], const char *path)
{
	const char *last = strrchr(path, '/');

	path = last ? last + 1 : path;
	memset(name, 0, TASK_NAME);
	memcpy(name, path, strnlen(path, TASK_NAME - 1));
}

static void
program_begin(struct exec *x, const char name[TASK_NAME])
{
	struct task *t = x->t;
	struct process *p = t->process;

	p->execed = true;
	p->exit_signal = SIGCHLD;
	p->who.suid = p->who.fsuid = p->who.euid = x->euid;
	p->who.sgid = p->who.fsgid = p->who.egid = x->egid;
	p->dumpable = !exec_other(x);
	if (exec_other(x))
		t->death_signal = 0;
	p->arguments = x->at;
	p->arguments_end = x->environment_at;
	p->environment_end = x->name_at;
	vfork_release(p);
	alarms_exec(p);
	signals_reset(t);
	t->clear_tid = t->robust_list = 0;
	memcpy(t->name, name, TASK_NAME);
	t->registers = (struct registers){ .rip = x->linker.entry ? x->linker.entry : x->image.entry, .rsp = x->stack, .rflags = FLAGS_BEGIN };
	t->set = REGISTERS_ALL;
}

/* --- all of it ------------------------------------------------------------------------------------------------------------------------------------ */

/* ARGUMENT and ENVIRONMENT are the core's own, or those of the program. */
struct exec_lists {
	const char *const *argument, *const *environment;
	uint64_t users_argument, users_environment;
};

static int
lists_put(struct exec *x, const char *name, const struct exec_lists *l)
{
	int error = text_put(x, name);

	x->name_at = x->at;
	if (!error)
		error = l->environment ? text_put_list(x, l->environment, &x->variables) : text_put_users(x, l->users_environment, &x->variables);
	if (!error)
		error = l->argument ? text_put_list(x, l->argument, &x->arguments) : text_put_users(x, l->users_argument, &x->arguments);
	if (!error && !x->arguments) {
		error = text_put(x, "");
		x->arguments = 1;
	}
	return error;
}

/* PATH is that of the process state; X has the file. */
static int
execute(struct exec *x, char path[PATH_LIMIT], const struct exec_lists *l)
{
	struct memory *new;
	int error = text_begin(x);

	if (!error)
		error = lists_put(x, path, l);
	if (!error)
		error = scripts_follow(x, path);
	if (!error && x->t->process->memory)
		error = tasks_alone(x->t);
	if (error)
		return error;
	new = memory_create();
	return new ? memory_change(x, new) : -ENOMEM;
}

static int
execute_file(struct task *t, struct node *file, const struct exec_lists *l)
{
	struct exec x = { .t = t };
	char name[TASK_NAME], *path = shared->process.path;

	name_take(name, path);
	int error = file_take(&x, file);
	if (!error)
		error = execute(&x, path, l);
	text_end(&x);
	if (x.file)
		node_drop(x.file);
	if (!error)
		program_begin(&x, name);
	return error;
}

int
exec_first(struct task *t, const char *const *argument, const char *const *environment)
{
	struct exec_lists l = { .argument = argument, .environment = environment };
	struct node *file;
	int error;

	if (strlen(argument[0]) >= PATH_LIMIT)
		return -ENAMETOOLONG;
	strcpy(shared->process.path, argument[0]);
	error = node_find(t, AT_FDCWD, shared->process.path, true, &file);
	return error ? error : execute_file(t, file, &l);
}

/* /dev/fd/FD */
static void
descriptor_path(unsigned fd, char path[PATH_LIMIT])
{
	static const char folder[] = "/dev/fd/";
	unsigned unit = 1;

	while (fd / unit >= 10)
		unit *= 10;
	strcpy(path, folder);
	for (path += sizeof(folder) - 1; unit; unit /= 10)
		*path++ = (char)('0' + fd / unit % 10);
	*path = 0;
}

/* What FD is open to. */
static int
file_of_descriptor(struct task *t, int fd, struct node **file)
{
	struct file *f = file_of(t, fd);

	if (!f && fd != AT_FDCWD)
		return -EBADF;
	if (!f || !f->node)
		return -EACCES;
	descriptor_path((unsigned)fd, shared->process.path);
	node_hold(f->node);
	*file = f->node;
	return 0;
}

int64_t
unix_execveat(struct task *t, int at, uint64_t path, uint64_t arguments, uint64_t environment, int flags)
{
	struct exec_lists l = { .users_argument = arguments, .users_environment = environment };
	char *name = shared->process.path;
	struct node *file;
	int64_t error;

	if (flags & ~(AT_EMPTY_PATH | AT_SYMLINK_NOFOLLOW))
		return -EINVAL;
	error = host_copy_text(t, name, path, PATH_LIMIT);
	if (error < 0)
		return error;
	if (!*name && (flags & AT_EMPTY_PATH))
		error = file_of_descriptor(t, at, &file);
	else
		error = node_find(t, at, name, !(flags & AT_SYMLINK_NOFOLLOW), &file);
	if (error)
		return error;
	if (S_ISLNK(node_mode(file))) {
		node_drop(file);
		return -ELOOP;
	}
	return execute_file(t, file, &l);
}

int64_t
unix_execve(struct task *t, uint64_t path, uint64_t arguments, uint64_t environment)
{
	return unix_execveat(t, AT_FDCWD, path, arguments, environment, 0);
}
