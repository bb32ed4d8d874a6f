/* SPDX-License-Identifier: BSD-2-Clause */
/* What a test of one area has of the others', where it does not link theirs: a file that cannot be opened, a signal that is only noted. */
#include <errno.h>
#include <unix/arena.h>
#include "areas.h"

#define MAYBE __attribute__((weak))

MAYBE const struct file_operation pipe_operation = { 0 }, socket_operation = { 0 }, terminal_operation = { 0 };
MAYBE const struct file_operation event_operation = { 0 }, timer_operation = { 0 }, epoll_operation = { 0 }, signalfd_operation = { 0 };

int fake_signal;

MAYBE int
pipe_open(struct task *t, struct file *f, struct node *n)
{
	return -ENXIO;
}

MAYBE int
terminal_open(struct task *t, struct file *f, enum terminal_name name, unsigned number)
{
	f->kind = FILE_TERMINAL;
	return 0;
}

MAYBE bool
terminal_exists(unsigned number)
{
	return number == 3;
}

MAYBE int64_t
pipe_room(const struct file *f)
{
	return -EBADF;
}

MAYBE int64_t
pipe_resize(struct task *t, struct file *f, uint64_t bytes)
{
	return -EBADF;
}

MAYBE unsigned
terminal_device(const struct terminal *y)
{
	return 0;
}

MAYBE int32_t
terminal_group(const struct terminal *y)
{
	return -1;
}

MAYBE int
memory_page(struct process *p, uint64_t address, unsigned access, page_t *page)
{
	return -EFAULT;
}

MAYBE struct process *
process_find(int32_t pid)
{
	for (struct process *p = shared->process.first; p; p = p->next) {
		if (p->pid == pid)
			return p;
	}
	return NULL;
}

MAYBE void
watch_forget(struct file *f)
{
	f->watches = NULL;
}

MAYBE void
signal_process(struct process *p, const struct signal_info *info)
{
	fake_signal = info->number;
}
