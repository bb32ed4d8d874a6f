/* SPDX-License-Identifier: BSD-2-Clause */
/* epoll: levels, edges, once; of sockets, pipes, epolls; errors. */
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include "say.h"

static int e;
static struct epoll_event events[8];

static long
watch(int operation, int fd, unsigned wanted)
{
	struct epoll_event event = { .events = wanted, .data.fd = fd };

	return epoll_ctl(e, operation, fd, &event);
}

static void
wait_for(const char *what, int most, int timeout)
{
	int n = epoll_wait(e, events, most, timeout);

	say(what, n);
	for (int i = 0; i < n; i++)
		printf("  %d: %x\n", events[i].data.fd, events[i].events);
	fflush(stdout);
}

int
main(void)
{
	int a[2], s[2], inner, counter, file = open("file", O_CREAT | O_RDWR, 0600);
	char text[64];
	long one = 1;

	e = epoll_create1(EPOLL_CLOEXEC);
	say("create", e);
	pipe(a);
	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	say("add", watch(EPOLL_CTL_ADD, a[0], EPOLLIN));
	say("add", watch(EPOLL_CTL_ADD, s[0], EPOLLIN | EPOLLOUT));
	wait_for("writable", 8, 0);
	say("change", watch(EPOLL_CTL_MOD, s[0], EPOLLIN | EPOLLRDHUP));
	wait_for("nothing", 8, 5);
	fflush(stdout);
	if (!fork()) {
		usleep(2000);
		write(a[1], "x", 1);
		_exit(0);
	}
	wait_for("later", 8, -1);
	wait(NULL);
	wait_for("again", 8, -1);
	read(a[0], text, 1);
	wait_for("taken", 8, 0);

	say("edge", watch(EPOLL_CTL_MOD, a[0], EPOLLIN | EPOLLET));
	write(a[1], "x", 1);
	wait_for("first", 8, 0);
	wait_for("not again", 8, 0);
	write(a[1], "y", 1);
	wait_for("more", 8, 0);
	read(a[0], text, 1);
	wait_for("some taken", 8, 0);
	read(a[0], text, 1);
	say("once", watch(EPOLL_CTL_MOD, a[0], EPOLLIN | EPOLLONESHOT));
	write(a[1], "x", 1);
	wait_for("once", 8, 0);
	write(a[1], "x", 1);
	wait_for("no more", 8, 0);
	say("armed", watch(EPOLL_CTL_MOD, a[0], EPOLLIN | EPOLLONESHOT));
	wait_for("once", 8, 0);
	say("none", watch(EPOLL_CTL_MOD, a[0], 0));
	close(a[1]);
	wait_for("hung up", 8, 0);
	say("remove", watch(EPOLL_CTL_DEL, a[0], 0));

	counter = eventfd(0, EFD_NONBLOCK);
	say("counter", watch(EPOLL_CTL_ADD, counter, EPOLLIN | EPOLLET));
	write(counter, &one, 8);
	wait_for("counter", 8, 0);
	wait_for("no edge", 8, 0);
	write(counter, &one, 8);
	wait_for("counter", 8, 0);
	watch(EPOLL_CTL_DEL, counter, 0);

	say("shut", shutdown(s[1], SHUT_WR));
	wait_for("half", 8, 0);
	close(s[1]);
	wait_for("whole", 8, 0);
	int copy = dup(s[0]);
	close(s[0]);
	wait_for("its copy", 8, 0);
	close(copy);
	wait_for("closed", 8, 0);

	inner = epoll_create1(0);
	pipe(a);
	struct epoll_event event = { .events = EPOLLIN, .data.fd = a[0] };
	epoll_ctl(inner, EPOLL_CTL_ADD, a[0], &event);
	say("inner", watch(EPOLL_CTL_ADD, inner, EPOLLIN));
	wait_for("nothing", 8, 0);
	write(a[1], "x", 1);
	wait_for("inner", 8, -1);
	event.data.fd = e;
	say("a ring", epoll_ctl(inner, EPOLL_CTL_ADD, e, &event));

	say("itself", watch(EPOLL_CTL_ADD, e, EPOLLIN));
	say("twice", watch(EPOLL_CTL_ADD, inner, EPOLLIN));
	say("a file", watch(EPOLL_CTL_ADD, file, EPOLLIN));
	say("closed", watch(EPOLL_CTL_ADD, 77, EPOLLIN));
	say("not there", watch(EPOLL_CTL_MOD, a[1], EPOLLIN));
	say("not there", watch(EPOLL_CTL_DEL, a[1], EPOLLIN));
	say("operation", watch(9, a[1], EPOLLIN));
	say("not one", epoll_ctl(file, EPOLL_CTL_ADD, a[1], &event));
	say("closed", epoll_ctl(77, EPOLL_CTL_ADD, a[1], &event));
	say("address", epoll_ctl(e, EPOLL_CTL_ADD, a[1], (void *)8));
	say("room", epoll_wait(e, events, 0, 0));
	say("not one", epoll_wait(file, events, 1, 0));
	say("closed", epoll_wait(77, events, 1, 0));
	say("address", epoll_wait(e, (void *)8, 1, 0));
	say("flags", epoll_create1(1));
	say("size", epoll_create(1) >= 0);
	return 0;
}
