/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Terminals as files.  A pseudo terminal has two sides: programs have its slave open, what drives it has its master.  It lives as long as either is open; without a
 * master it is hung up.  The console has one side, and the host for its master.
 *
 *     slave   read  ◄── text (line.c) ◄── write   master            of an open file, `position' is 1 for a master
 *             write ──► output.c ──► ring ──► read
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <unix/arena.h>
#include <unix/unix.h>
#include "line.h"
#include "poll.h"
#include "ring.h"

#define PSEUDO_ROOM	65536
#define TENTH		100000000ul		/* VTIME's unit */
#define DEVICE_CONSOLE	(5 << 8 | 1)
#define DEVICE_PSEUDO	(136 << 8)

/* --- the slave, and the console --------------------------------------------------------------------------------------------------------------- */

/* Until there is input: 0; 1: a deadline has passed, or it is hung up; an error: -EIO, it was hung up meanwhile. */
static int
input_wait(struct task *t, struct file *f, uint64_t deadline)
{
	struct terminal *y = f->terminal;

	if (terminal_hung(y) || !deadline)
		return 1;
	if (f->flags & O_NONBLOCK)
		return -EAGAIN;
	int error = wait_at(t, &y->readable, deadline);
	if (terminal_hung(y) && !line_ready(y, false))
		return -EIO;
	return error == -ETIMEDOUT ? 1 : error;
}

/* VTIME bounds the wait for the first byte if VMIN is 0, else that between two. */
static uint64_t
input_deadline(const struct terminal *y, bool first)
{
	uint64_t least = y->settings.character[VMIN], time = y->settings.character[VTIME] * TENTH;

	if (line_local(y, ICANON) || (least && (first || !time)))
		return UNIX_NEVER;
	return time ? host_clock() + time : 0;
}

static uint64_t
input_least(const struct terminal *y)
{
	return line_local(y, ICANON) ? 1 : y->settings.character[VMIN];
}

static int64_t
slave_read(struct task *t, struct file *f, struct user_data *d)
{
	struct terminal *y = f->terminal;
	uint64_t deadline = input_deadline(y, true);
	int64_t done = 0, got = 0;
	int over = job_check(t, y, SIGTTIN);

	while (!over && d->left) {
		if (!line_ready(y, false)) {
			over = input_wait(t, f, deadline);
			continue;
		}
		got = line_take(y, d);
		if (got < 0 || line_local(y, ICANON))
			break;
		done += got;
		if ((uint64_t)done >= input_least(y))
			return done;
		deadline = input_deadline(y, false);
	}
	if (done)
		return done;
	return over < 0 ? over : got;
}

/* What D has next goes out.  -EFAULT. */
static int64_t
slave_put(struct terminal *y, struct user_data *d, uint64_t bytes)
{
	struct output o = { .terminal = y };
	char text[OUTPUT_CHUNK];

	if (bytes > OUTPUT_CHUNK)
		bytes = OUTPUT_CHUNK;
	if (bytes > d->left)
		bytes = d->left;
	int error = data_get(d, text, bytes);
	if (error)
		return error;
	for (uint64_t i = 0; i < bytes; i++)
		output_char(&o, text[i]);
	output_end(&o);
	return (int64_t)bytes;
}

/* Room for some: characters, or an error. */
static int64_t
slave_wait_room(struct task *t, struct file *f)
{
	struct terminal *y = f->terminal;

	while (!terminal_hung(y) && (y->stopped || output_room(y) < OUTPUT_MOST)) {
		if (f->flags & O_NONBLOCK)
			return -EAGAIN;
		int error = wait_at(t, &y->writable, UNIX_NEVER);
		if (error)
			return error;
	}
	return terminal_hung(y) ? -EIO : (int64_t)(output_room(y) / OUTPUT_MOST);
}

static int64_t
slave_write(struct task *t, struct file *f, struct user_data *d)
{
	struct terminal *y = f->terminal;
	int64_t done = 0, put = line_local(y, TOSTOP) ? job_check(t, y, SIGTTOU) : 0;

	while (put >= 0 && d->left) {
		put = slave_wait_room(t, f);
		if (put > 0)
			put = slave_put(y, d, (uint64_t)put);
		if (put > 0)
			done += put;
	}
	return done ? done : put;
}

static unsigned
slave_poll(struct file *f, struct poll_call *p)
{
	struct terminal *y = f->terminal;

	if (terminal_hung(y))
		return POLLIN | POLLOUT | POLLERR | POLLHUP | POLLRDNORM | POLLWRNORM;
	poll_queue_for(p, &y->readable, POLLIN);
	poll_queue_for(p, &y->writable, POLLOUT);
	return (line_ready(y, true) ? POLLIN | POLLRDNORM : 0) | (!y->stopped && output_room(y) >= OUTPUT_MOST ? POLLOUT | POLLWRNORM : 0);
}

/* --- the master ------------------------------------------------------------------------------------------------------------------------------ */

static int64_t
master_read(struct task *t, struct file *f, struct user_data *d)
{
	struct terminal *y = f->terminal;

	while (d->left && !y->output.fill) {
		if (y->left)
			return -EIO;
		if (f->flags & O_NONBLOCK)
			return -EAGAIN;
		int error = wait_at(t, &y->master_readable, UNIX_NEVER);
		if (error)
			return error;
	}
	int64_t got = ring_get(&y->output, d, d->left < y->output.fill ? d->left : y->output.fill);
	wait_wake(&y->writable);
	return got;
}

static int64_t
master_write(struct task *t, struct file *f, struct user_data *d)
{
	struct terminal *y = f->terminal;
	char text[OUTPUT_CHUNK];
	int64_t done = 0;
	int error = 0;

	while (!error && d->left) {
		uint64_t bytes = line_room(y);
		if (!bytes) {
			error = f->flags & O_NONBLOCK ? -EAGAIN : wait_at(t, &y->master_writable, UNIX_NEVER);
			continue;
		}
		if (bytes > OUTPUT_CHUNK)
			bytes = OUTPUT_CHUNK;
		if (bytes > d->left)
			bytes = d->left;
		error = data_get(d, text, bytes);
		if (error)
			break;
		terminal_input(y, text, bytes);
		done += (int64_t)bytes;
	}
	return done ? done : error;
}

static unsigned
master_poll(struct file *f, struct poll_call *p)
{
	struct terminal *y = f->terminal;

	poll_queue_for(p, &y->master_readable, POLLIN);
	poll_queue_for(p, &y->master_writable, POLLOUT);
	return (y->output.fill ? POLLIN | POLLRDNORM : 0) | (line_room(y) ? POLLOUT | POLLWRNORM : 0) | (y->left ? POLLHUP : 0);
}

/* --- open and close -------------------------------------------------------------------------------------------------------------------------------- */

static struct terminal *
terminal_make(bool pseudo, unsigned number)
{
	struct terminal *y = arena_take(ARENA_TERMINAL);

	if (!y)
		return NULL;
	y->pseudo = y->locked = pseudo;
	y->number = number;
	y->settings = line_default;
	y->output.room = PSEUDO_ROOM;
	return y;
}

int
terminal_begin(void)
{
	struct terminal *y = terminal_make(false, 0);

	shared->terminal.console = y;
	if (!y)
		return -ENOMEM;
	y->settings.control |= HUPCL;
	return 0;
}

static int
open_slave(struct task *t, struct file *f, struct terminal *y)
{
	if (!y || terminal_hung(y))
		return -ENXIO;
	if (y->locked)
		return -EIO;
	if (y->exclusive && !privileged(t))
		return -EBUSY;
	y->slaves++;
	y->left = false;
	f->terminal = y;
	if (!(f->flags & O_NOCTTY))
		job_opened(t, y);
	return 0;
}

static int
open_master(struct file *f)
{
	for (unsigned i = 0; i < TERMINALS; i++) {
		struct terminal **y = &shared->terminal.pseudo[i];
		if (*y)
			continue;
		*y = terminal_make(true, i);
		if (!*y)
			return -ENOMEM;
		(*y)->masters = 1;
		f->terminal = *y;
		f->position = 1;
		return 0;
	}
	return -ENOSPC;
}

bool
terminal_exists(unsigned number)
{
	return number < TERMINALS && shared->terminal.pseudo[number] && !terminal_hung(shared->terminal.pseudo[number]);
}

int
terminal_open(struct task *t, struct file *f, enum terminal_name name, unsigned number)
{
	struct terminal *y = name == TERMINAL_CONSOLE ? shared->terminal.console : t->process->terminal;
	int error;

	if (name == TERMINAL_SLAVE)
		y = number < TERMINALS ? shared->terminal.pseudo[number] : NULL;
	error = name == TERMINAL_MASTER ? open_master(f) : open_slave(t, f, y);
	if (!error)
		f->kind = FILE_TERMINAL;
	return error;
}

static void
terminal_end(struct terminal *y)
{
	shared->terminal.pseudo[y->number] = NULL;
	ring_end(&y->output);
	arena_give(ARENA_TERMINAL, y);
}

static void
terminal_close(struct file *f)
{
	struct terminal *y = f->terminal;

	if (terminal_master(f)) {
		y->masters = 0;
		job_hang(y);
		wait_wake(&y->readable);
		wait_wake(&y->writable);
	} else if (--y->slaves == 0 && y->pseudo) {
		y->left = true;
		wait_wake(&y->master_readable);
	}
	if (y->pseudo && !y->masters && !y->slaves)
		terminal_end(y);
}

unsigned
terminal_device(const struct terminal *y)
{
	if (!y)
		return 0;
	return y->pseudo ? DEVICE_PSEUDO | y->number : DEVICE_CONSOLE;
}

int32_t
terminal_group(const struct terminal *y)
{
	return y ? y->group : -1;
}

/* --- as files ---------------------------------------------------------------------------------------------------------------------------------------- */

static int64_t
terminal_read(struct task *t, struct file *f, struct user_data *d, uint64_t *position)
{
	return terminal_master(f) ? master_read(t, f, d) : slave_read(t, f, d);
}

static int64_t
terminal_write(struct task *t, struct file *f, struct user_data *d, uint64_t *position)
{
	return terminal_master(f) ? master_write(t, f, d) : slave_write(t, f, d);
}

static unsigned
terminal_poll(struct file *f, struct poll_call *p)
{
	return terminal_master(f) ? master_poll(f, p) : slave_poll(f, p);
}

const struct file_operation terminal_operation = {
	.read = terminal_read,
	.write = terminal_write,
	.poll = terminal_poll,
	.control = terminal_control,
	.close = terminal_close,
};

void
unix_console_input(const char *text, size_t bytes)
{
	host_lock(NULL);
	terminal_input(shared->terminal.console, text, bytes);
	host_unlock(NULL);
}
