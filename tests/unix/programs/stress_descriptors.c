/* SPDX-License-Identifier: BSD-2-Clause */
/* No descriptors are left: each call that makes one says so, makes nothing, and those that there are go on. */
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include "show.h"

static int
exhaust(void)
{
	int made = 0;

	while (open("/dev/null", O_RDONLY) >= 0)
		made++;
	printf("open: %s\n", strerror(errno));
	return made;
}

static void
send_one(int socket, int fd)
{
	union { struct cmsghdr head; char room[CMSG_SPACE(sizeof(int))]; } control = { .head = { CMSG_LEN(sizeof(int)), 0, SOL_SOCKET, SCM_RIGHTS } };
	struct iovec piece = { "x", 1 };
	struct msghdr m = { .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control) };

	memcpy(CMSG_DATA(&control.head), &fd, sizeof(fd));
	SHOW(sendmsg(socket, &m, 0));
}

/* A message with a descriptor for which there is no room. */
static void
receive_one(int socket)
{
	union { struct cmsghdr head; char room[CMSG_SPACE(sizeof(int))]; } control;
	char byte;
	struct iovec piece = { &byte, 1 };
	struct msghdr m = { .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &control, .msg_controllen = sizeof(control) };

	SHOW(recvmsg(socket, &m, 0));
	printf("control: %zu bytes, truncated: %d\n", (size_t)m.msg_controllen, !!(m.msg_flags & MSG_CTRUNC));
}

static void
nothing_can_be_made(const int pair[2])
{
	int two[2];

	SHOW(dup(1));
	SHOW(fcntl(1, F_DUPFD, 0));
	SHOW(pipe(two));
	SHOW(socket(AF_UNIX, SOCK_STREAM, 0));
	SHOW(socketpair(AF_UNIX, SOCK_STREAM, 0, two));
	SHOW(eventfd(0, 0));
	SHOW(timerfd_create(CLOCK_MONOTONIC, 0));
	SHOW(epoll_create1(0));
	SHOW(syscall(SYS_memfd_create, "name", 0));
	SHOW(open("/tmp/../etc/none", O_RDONLY));
	SHOW(open("made", O_CREAT | O_WRONLY, 0600));
	SHOW(access("made", F_OK));
	SHOW(open("/dev/ptmx", O_RDWR));
	send_one(pair[0], 1);
	receive_one(pair[1]);
}

int
main(void)
{
	struct rlimit few = { 64, 64 };
	int pair[2];

	setvbuf(stdout, NULL, _IOLBF, 0);
	DO(setrlimit(RLIMIT_NOFILE, &few));
	DO(socketpair(AF_UNIX, SOCK_STREAM, 0, pair));
	int made = exhaust();
	nothing_can_be_made(pair);
	DO(close(pair[1] + 1));
	int two[2];
	SHOW(pipe(two));
	SHOW(dup(1) >= 0);
	for (int fd = pair[1] + 1; fd < 64; fd++)
		close(fd);
	printf("as many again: %d\n", made == exhaust());
	return 0;
}
