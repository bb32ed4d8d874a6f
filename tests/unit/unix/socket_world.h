/* SPDX-License-Identifier: BSD-2-Clause */
/* What the unit tests of sockets share. */
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
#include <sys/socket.h>
#include <sys/un.h>
#include <cmocka.h>
#include "terminal_world.h"

#define TEST(name) cmocka_unit_test_setup_teardown(name, world_begin, world_end)
#define ROOM 212992

static int s[2];

static inline void
pair(int type)
{
	assert_int_equal(unix_socketpair(leader, AF_UNIX, type, 0, P(s)), 0);
}

/* An abstract name; how long it is. */
static struct sockaddr_un address;

static inline int
name(const char *text)
{
	address = (struct sockaddr_un){ .sun_family = AF_UNIX };
	strcpy(address.sun_path + 1, text);
	return (int)(offsetof(struct sockaddr_un, sun_path) + 1 + strlen(text));
}

static inline int
socket_fd(int type)
{
	int64_t fd = unix_socket(leader, AF_UNIX, type, 0);

	assert_true(fd >= 0);
	return (int)fd;
}

static inline int
listener(int type, const char *text, int backlog)
{
	int fd = socket_fd(type), bytes = name(text);

	assert_int_equal(unix_bind(leader, fd, P(&address), bytes), 0);
	assert_int_equal(unix_listen(leader, fd, backlog), 0);
	return fd;
}

static inline int64_t
connect_to(int fd, const char *text)
{
	int bytes = name(text);

	return unix_connect(leader, fd, P(&address), bytes);
}
