/* SPDX-License-Identifier: BSD-2-Clause */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <cmocka.h>
#include "terminal/objects.h"
#include "terminal_world.h"

#define MAYBE __attribute__((weak))

struct task *leader, *other;
struct world_signals signals;
bool world_ignored, world_orphaned;

static uint32_t taken[ARENA_KINDS];
static unsigned pages;

/* --- what processes are to terminals, where their area is not linked --------------------------------------------------------------- */

MAYBE void
signal_process(struct process *p, const struct signal_info *info)
{
	signals = (struct world_signals){ info->number, signals.count + 1, 0, p };
}

MAYBE void
signal_task(struct task *t, const struct signal_info *info)
{
	signal_process(t->process, info);
}

MAYBE void
signal_group(int32_t group, const struct signal_info *info)
{
	signals = (struct world_signals){ info->number, signals.count + 1, group, NULL };
}

MAYBE bool
signal_take(struct task *t, signal_set which, struct signal_info *info)
{
	return false;
}

MAYBE bool
signal_ignored(const struct task *t, int number)
{
	return world_ignored;
}

MAYBE bool
group_orphaned(int32_t group)
{
	return world_orphaned;
}

MAYBE struct process *
process_find(int32_t pid)
{
	struct process *p = shared->process.first;

	while (p && p->pid != pid)
		p = p->next;
	return p;
}

MAYBE void
signal_mask_put(struct task *t, signal_set mask)
{
	t->saved_mask = t->mask;
	t->mask = mask;
	t->mask_saved = true;
}

MAYBE void
signal_mask_back(struct task *t)
{
	t->mask = t->saved_mask;
	t->mask_saved = false;
}

/* --- the world ------------------------------------------------------------------------------------------------------------------------ */

static struct task *
process_make(int32_t pid)
{
	struct task *t = arena_take(ARENA_TASK);
	struct process *p = arena_take(ARENA_PROCESS);

	t->process = p;
	p->task = t;
	p->pid = t->tid = p->group = pid;
	p->session = 7;
	p->files = arena_take(ARENA_FILES);
	p->files->users = 1;
	p->files->block[0] = &p->files->few;
	for (unsigned i = 0; i < LIMITS; i++)
		p->limit[i][0] = p->limit[i][1] = RLIM_INFINITY;
	p->next = shared->process.first;
	shared->process.first = p;
	return t;
}

int
world_begin(void **state)
{
	fake_begin(2048);
	assert_int_equal(terminal_begin(), 0);
	leader = process_make(7);
	other = process_make(9);
	leader->process->terminal = other->process->terminal = shared->terminal.console;
	shared->terminal.console->session = shared->terminal.console->group = 7;
	signals = (struct world_signals){ 0 };
	world_ignored = world_orphaned = false;
	for (unsigned i = 0; i < ARENA_KINDS; i++)
		taken[i] = shared->list[i].taken;
	pages = fake_pages;
	host_lock(leader);
	return 0;
}

static void
close_all(struct task *t)
{
	for (int fd = 0; fd < FILES_LIMIT; fd++)
		files_close(t->process->files, fd);
	for (unsigned i = 1; i < FILES_LIMIT / FILES_BLOCK; i++) {
		if (t->process->files->block[i])
			arena_give(ARENA_FILES_BLOCK, t->process->files->block[i]);
	}
}

int
world_end(void **state)
{
	close_all(leader);
	close_all(other);
	for (unsigned i = 0; i < ARENA_KINDS; i++)
		assert_int_equal(shared->list[i].taken, taken[i]);
	assert_int_equal(fake_pages, pages);
	assert_int_equal(shared->terminal.flying, 0);
	host_unlock(leader);
	fake_end();
	return 0;
}

/* --- calls on descriptors ------------------------------------------------------------------------------------------------------------- */

int64_t
read_fd(struct task *t, int fd, void *to, uint64_t bytes)
{
	struct file *f = file_of(t, fd);
	struct user_piece piece;
	struct user_data d;

	data_one(t, &d, &piece, P(to), bytes);
	return file_operations[f->kind]->read(t, f, &d, &f->position);
}

int64_t
write_fd(struct task *t, int fd, const void *from, uint64_t bytes)
{
	struct file *f = file_of(t, fd);
	struct user_piece piece;
	struct user_data d;

	data_one(t, &d, &piece, P(from), bytes);
	return file_operations[f->kind]->write(t, f, &d, &f->position);
}

int64_t
put(int fd, const char *text)
{
	return write_fd(leader, fd, text, strlen(text));
}

const char *
got(int fd)
{
	static char text[256];
	int64_t bytes = read_fd(leader, fd, text, sizeof(text) - 1);

	if (bytes < 0)
		snprintf(text, sizeof(text), "-%s", bytes <= -ERESTARTSYS ? "ERESTART" : strerrorname_np((int)-bytes));
	else
		text[bytes] = 0;
	return text;
}

int64_t
control(int fd, unsigned request, void *argument)
{
	struct file *f = file_of(leader, fd);

	return file_operations[f->kind]->control(leader, f, request, P(argument));
}

void
close_fd(int fd)
{
	assert_int_equal(files_close(leader->process->files, fd), 0);
}

void
flag(int fd, uint32_t flags)
{
	struct file *f = file_of(leader, fd);

	f->flags = (f->flags & ~(uint32_t)O_NONBLOCK) | flags;
}

unsigned
polled(int fd, unsigned events)
{
	struct pollfd one = { .fd = fd, .events = (short)events };

	assert_true(unix_poll(leader, P(&one), 1, 0) >= 0);
	return (uint16_t)one.revents;
}
