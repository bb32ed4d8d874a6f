/* SPDX-License-Identifier: BSD-2-Clause */
/* Pairs of sockets: streams, packets, datagrams; ends, peeking, limits of time, errors. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "say.h"

static int s[2];
static char text[64];

static void
fresh(int type)
{
	close(s[0]);
	close(s[1]);
	say("pair", socketpair(AF_UNIX, type, 0, s));
}

static void
receive(int fd, size_t bytes, int flags)
{
	ssize_t n = recv(fd, text, bytes, flags);

	if (n < 0)
		say("receive", n);
	else
		printf("receive: %zd %.*s\n", n, (int)(n < (ssize_t)bytes ? n : (ssize_t)bytes), text);
}

static void
events(int fd)
{
	struct pollfd one = { fd, POLLIN | POLLOUT | POLLRDHUP, 0 };

	poll(&one, 1, 0);
	printf("events %x\n", one.revents);
}

static void
option(const char *name, int which)
{
	int value = -1;
	socklen_t bytes = sizeof(value);

	if (getsockopt(s[0], SOL_SOCKET, which, &value, &bytes))
		say(name, -1);
	else
		printf("%s: %d (%u)\n", name, value, bytes);
}

static void
streams(void)
{
	struct timeval limit = { 0, 20000 };
	int count;

	fresh(SOCK_STREAM);
	events(s[0]);
	say("send", send(s[0], "abcdef", 6, 0));
	say("write", write(s[0], "gh", 2));
	say("pending", ioctl(s[1], FIONREAD, &count));
	printf("%d\n", count);
	receive(s[1], 3, MSG_PEEK);
	receive(s[1], 3, 0);
	receive(s[1], 60, 0);
	receive(s[1], 60, MSG_DONTWAIT);
	receive(s[1], 60, MSG_OOB | MSG_DONTWAIT);
	setsockopt(s[1], SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	receive(s[1], 60, 0);
	send(s[0], "all", 3, 0);
	receive(s[1], 4, MSG_WAITALL);
	say("half", shutdown(s[0], SHUT_WR));
	events(s[0]);
	events(s[1]);
	receive(s[1], 60, 0);
	say("send", send(s[0], "x", 1, MSG_NOSIGNAL));
	say("other way", send(s[1], "yes", 3, 0));
	receive(s[0], 60, 0);
	say("shutdown", shutdown(s[0], 7));
}

/* Of the pair that is there. */
static void
options(void)
{
	struct stat st;
	struct ucred who;
	socklen_t bytes = sizeof(who);
	int value = 1;

	fstat(s[0], &st);
	printf("a socket: %d\n", S_ISSOCK(st.st_mode));
	say("seek", lseek(s[0], 0, SEEK_SET));
	say("who", getsockopt(s[0], SOL_SOCKET, SO_PEERCRED, &who, &bytes));
	printf("me: %d\n", who.pid == getpid() && who.uid == getuid());
	option("type", SO_TYPE);
	option("error", SO_ERROR);
	option("domain", SO_DOMAIN);
	option("listens", SO_ACCEPTCONN);
	option("none", 9999);
	say("set", setsockopt(s[0], SOL_SOCKET, SO_REUSEADDR, &value, sizeof(value)));
	option("reuse", SO_REUSEADDR);
	say("set none", setsockopt(s[0], SOL_SOCKET, 9999, &value, sizeof(value)));
	say("other level", setsockopt(s[0], 6, 1, &value, sizeof(value)));
	say("not a terminal", ioctl(s[0], TCGETS, &value));
}

static char large[100000];

static void
ends(void)
{
	int count, value;

	fresh(SOCK_STREAM | SOCK_NONBLOCK);
	for (count = 0; (value = (int)write(s[0], large, sizeof(large))) > 0;)
		count += value;
	say("full", value);
	printf("much: %d\n", count > 100000);
	events(s[0]);
	while ((value = (int)read(s[1], large, sizeof(large))) > 0)
		count -= value;
	printf("left: %d\n", count);
	events(s[0]);
	write(s[0], "last", 4);
	close(s[0]);
	events(s[1]);
	receive(s[1], 60, 0);
	receive(s[1], 60, 0);
	say("send", send(s[1], "x", 1, 0));
	s[0] = -1;
	fresh(SOCK_STREAM);
	write(s[0], "unread", 6);
	close(s[1]);
	events(s[0]);
	receive(s[0], 60, 0);
	receive(s[0], 60, 0);
	s[1] = -1;
}

static void
packets(void)
{
	int count;

	fresh(SOCK_SEQPACKET);
	send(s[0], "packet one", 10, 0);
	send(s[0], "two", 3, 0);
	ioctl(s[1], FIONREAD, &count);
	printf("first %d\n", count);
	receive(s[1], 4, MSG_PEEK | MSG_TRUNC);
	receive(s[1], 4, 0);
	receive(s[1], 60, 0);
	receive(s[1], 60, MSG_DONTWAIT);
	close(s[0]);
	receive(s[1], 60, 0);
	say("send", send(s[1], "x", 1, 0));
	s[0] = -1;
}

static void
datagrams(void)
{
	int count;

	fresh(SOCK_DGRAM);
	send(s[0], "gram", 4, 0);
	send(s[0], "", 0, 0);
	receive(s[1], 60, 0);
	receive(s[1], 60, 0);
	for (count = 0; send(s[0], "x", 1, MSG_DONTWAIT) == 1;)
		count++;
	printf("datagrams: %d\n", count);
	say("too large", send(s[1], large, 1000000, 0));
	close(s[1]);
	say("gone", send(s[0], "x", 1, 0));
	say("nobody", send(s[0], "x", 1, 0));
	s[1] = -1;
}

static void
errors(void)
{
	int dead[2];

	say("family", socket(AF_APPLETALK + 1000, SOCK_STREAM, 0));
	say("family", socketpair(AF_UNIX + 1000, SOCK_STREAM, 0, dead));
	say("type", socket(AF_UNIX, 9, 0));
	say("protocol", socket(AF_UNIX, SOCK_STREAM, 9));
	say("address", syscall(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, 8));
	say("not one", send(1, "x", 1, 0));
	say("closed", send(99, "x", 1, 0));
}

int
main(void)
{
	s[0] = s[1] = -1;
	signal(SIGPIPE, SIG_IGN);
	streams();
	options();
	ends();
	packets();
	datagrams();
	errors();
	return 0;
}
