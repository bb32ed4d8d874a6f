/* SPDX-License-Identifier: BSD-2-Clause */
/* A terminal's settings: ioctl. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unix/arena.h>
#include "line.h"
#include "ring.h"

static int64_t
put_int(struct task *t, uint64_t to, int value)
{
	return host_copy_out(t, to, &value, sizeof(value));
}

/* --- settings ------------------------------------------------------------------------------------------------------------------------------ */

/* TCSETSF forgets what was typed.  Output is never behind: TCSETSW waits for nothing. */
static int64_t
control_set(struct task *t, struct terminal *y, uint64_t from, bool flush)
{
	struct line_settings before = y->settings, settings;
	int error = job_check(t, y, SIGTTOU);

	if (error)
		return error;
	if (host_copy_in(t, &settings, from, sizeof(settings)))
		return -EFAULT;
	if (flush)
		line_flush(y);
	y->settings = settings;
	line_changed(y, &before);
	return 0;
}

static int64_t
control_window(struct task *t, struct terminal *y, uint64_t from)
{
	struct window window;

	if (host_copy_in(t, &window, from, sizeof(window)))
		return -EFAULT;
	if (memcmp(&window, &y->window, sizeof(window))) {
		y->window = window;
		job_signal(y, SIGWINCH);
	}
	return 0;
}

static int64_t
control_settings(struct task *t, struct terminal *y, unsigned request, uint64_t argument)
{
	switch (request) {
	case TCGETS:
		return host_copy_out(t, argument, &y->settings, sizeof(y->settings));
	case TCSETS:
	case TCSETSW:
		return control_set(t, y, argument, false);
	case TCSETSF:
		return control_set(t, y, argument, true);
	case TIOCGWINSZ:
		return host_copy_out(t, argument, &y->window, sizeof(y->window));
	case TIOCSWINSZ:
		return control_window(t, y, argument);
	case TIOCGETD:
		return put_int(t, argument, y->settings.discipline);
	default:
		return -ENOTTY;
	}
}

/* --- what is on its way ----------------------------------------------------------------------------------------------------------------------- */

/* Output is with its reader at once: there is none to be flushed. */
static int64_t
control_flush(struct task *t, struct terminal *y, uint64_t which)
{
	int error = job_check(t, y, SIGTTOU);

	if (error)
		return error;
	if (which != TCIFLUSH && which != TCOFLUSH && which != TCIOFLUSH)
		return -EINVAL;
	if (which != TCOFLUSH)
		line_flush(y);
	return 0;
}

/* TCIOFF and TCION send the other end what stops it and lets it go on. */
static int64_t
control_flow(struct task *t, struct terminal *y, uint64_t what)
{
	struct output o = { .terminal = y };
	int error = job_check(t, y, SIGTTOU);

	if (error)
		return error;
	if (what > TCION)
		return -EINVAL;
	if (what == TCOOFF || what == TCOON) {
		output_stop(y, what == TCOOFF);
	} else {
		unsigned char c = y->settings.character[what == TCIOFF ? VSTOP : VSTART];
		if (c)
			output_raw(&o, (char)c);
		output_end(&o);
	}
	return 0;
}

static int64_t
control_type(struct task *t, struct file *f, uint64_t from)
{
	char c;

	if (t->process->terminal != f->terminal && !privileged(t))
		return -EPERM;
	if (host_copy_in(t, &c, from, sizeof(c)))
		return -EFAULT;
	terminal_input(f->terminal, &c, 1);
	return 0;
}

static int64_t
control_data(struct task *t, struct file *f, unsigned request, uint64_t argument)
{
	struct terminal *y = f->terminal;
	bool master = terminal_master(f);

	switch (request) {
	case TCFLSH:
		return control_flush(t, y, argument);
	case TCXONC:
		return control_flow(t, y, argument);
	case TCSBRK:
	case TCSBRKP:
		return job_check(t, y, SIGTTOU);
	case FIONREAD:
		return put_int(t, argument, (int)(master ? y->output.fill : line_ready(y, false)));
	case TIOCOUTQ:
		return put_int(t, argument, (int)(master ? 0 : y->output.fill));
	case TIOCSTI:
		return control_type(t, f, argument);
	default:
		return -ENOTTY;
	}
}

/* --- pseudo terminals ---------------------------------------------------------------------------------------------------------------------- */

static int64_t
control_lock(struct task *t, struct terminal *y, uint64_t from)
{
	int locked;

	if (host_copy_in(t, &locked, from, sizeof(locked)))
		return -EFAULT;
	y->locked = locked;
	return 0;
}

static int64_t
control_signal(struct terminal *y, uint64_t signal)
{
	if (signal != SIGINT && signal != SIGQUIT && signal != SIGTSTP)
		return -EINVAL;
	job_signal(y, (int)signal);
	return 0;
}

/* The slave as a descriptor, without its name. */
static int64_t
control_peer(struct task *t, const struct terminal *y, uint64_t flags)
{
	struct file *f = file_make(FILE_TERMINAL, (uint32_t)flags);

	if (!f)
		return -ENFILE;
	int error = terminal_open(t, f, TERMINAL_SLAVE, y->number);
	if (!error)
		return file_install(t, f, (uint32_t)flags & O_CLOEXEC);
	f->kind = FILE_EVENT;			/* which has nothing to be given back */
	file_drop(f);
	return error;
}

static int64_t
control_master(struct task *t, struct terminal *y, unsigned request, uint64_t argument)
{
	switch (request) {
	case TIOCGPTN:
		return put_int(t, argument, (int)y->number);
	case TIOCSPTLCK:
		return control_lock(t, y, argument);
	case TIOCGPTLCK:
		return put_int(t, argument, y->locked);
	case TIOCGPTPEER:
		return control_peer(t, y, argument);
	case TIOCSIG:
		return control_signal(y, argument);
	default:
		return -ENOTTY;
	}
}

static int64_t
control_exclusive(struct task *t, struct terminal *y, unsigned request, uint64_t argument)
{
	switch (request) {
	case TIOCEXCL:
	case TIOCNXCL:
		y->exclusive = request == TIOCEXCL;
		return 0;
	case TIOCGEXCL:
		return put_int(t, argument, y->exclusive);
	default:
		return -ENOTTY;
	}
}

/* Each gives -ENOTTY for what is another's. */
int64_t
terminal_control(struct task *t, struct file *f, unsigned request, uint64_t argument)
{
	struct terminal *y = f->terminal;

	if (terminal_hung(y))
		return request == TIOCSPGRP ? -ENOTTY : -EIO;
	int64_t result = control_settings(t, y, request, argument);
	if (result == -ENOTTY)
		result = job_control(t, f, request, argument);
	if (result == -ENOTTY)
		result = control_data(t, f, request, argument);
	if (result == -ENOTTY)
		result = control_exclusive(t, y, request, argument);
	return result == -ENOTTY && terminal_master(f) ? control_master(t, y, request, argument) : result;
}
