/* SPDX-License-Identifier: BSD-2-Clause */
/* What the unit tests of terminals share: a pseudo terminal. */
#pragma once

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <cmocka.h>
#include <unix/unix.h>
#include "terminal/objects.h"
#include "terminal_world.h"
#include <asm/termbits.h>

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)

static int master, slave;

/* Opened by the leader; without a place in the tree. */
static inline int
terminal_fd(enum terminal_name name, unsigned number, uint32_t flags)
{
	struct file *f = file_make(FILE_EVENT, O_RDWR | flags);

	f->flags |= flags & O_NOCTTY;
	int error = terminal_open(leader, f, name, number);
	if (error) {
		file_drop(f);
		return error;
	}
	return file_install(leader, f, 0);
}

static inline void
pair_open(void)
{
	int unlock = 0, number = 0;

	master = terminal_fd(TERMINAL_MASTER, 0, O_NONBLOCK);
	assert_int_equal(terminal_fd(TERMINAL_SLAVE, 0, O_NOCTTY), -EIO);
	assert_int_equal(control(master, TIOCSPTLCK, &unlock), 0);
	assert_int_equal(control(master, TIOCGPTN, &number), 0);
	slave = terminal_fd(TERMINAL_SLAVE, (unsigned)number, O_NOCTTY | O_NONBLOCK);
	assert_true(slave >= 0);
}

static struct termios settings;

/* Bits of c_lflag and c_iflag that are other than those at the beginning. */
static inline void
set(tcflag_t local, tcflag_t input)
{
	assert_int_equal(control(slave, TCGETS, &settings), 0);
	settings.c_lflag ^= local;
	settings.c_iflag ^= input;
	assert_int_equal(control(slave, TCSETS, &settings), 0);
}

/* What is typed, what is echoed, what is read. */
static inline void
session(const char *typed, const char *echo, const char *line)
{
	char seen[256];

	assert_int_equal(put(master, typed), strlen(typed));
	strcpy(seen, got(master));
	assert_string_equal(seen, echo);
	assert_string_equal(got(slave), line);
}
