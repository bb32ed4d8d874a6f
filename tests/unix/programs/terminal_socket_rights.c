/* SPDX-License-Identifier: BSD-2-Clause */
/* Descriptors and credentials in messages. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>
#include "say.h"

static int s[2];
static struct { struct cmsghdr h; char room[512]; } c;

static long
send_with(const char *text, int type, const void *data, size_t bytes)
{
	struct iovec piece = { (char *)text, strlen(text) };
	struct msghdr m = { .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &c, .msg_controllen = CMSG_SPACE(bytes) };

	memset(&c, 0, sizeof(c));
	c.h.cmsg_level = SOL_SOCKET;
	c.h.cmsg_type = type;
	c.h.cmsg_len = CMSG_LEN(bytes);
	memcpy(CMSG_DATA(&c.h), data, bytes);
	return sendmsg(s[0], &m, 0);
}

static int came[64];

/* Bytes, flags and control data that come; descriptors in `came'. */
static int
receive(int fd, size_t bytes, size_t room, int flags)
{
	char text[64];
	struct iovec piece = { text, bytes };
	struct msghdr m = { .msg_iov = &piece, .msg_iovlen = 1, .msg_control = &c, .msg_controllen = room };
	ssize_t n;
	int count = 0;

	memset(&c, 0, sizeof(c));
	n = recvmsg(fd, &m, flags);
	if (n < 0) {
		say("receive", n);
		return 0;
	}
	printf("receive: %zd %.*s, flags %x, control %zu\n", n, (int)n, text, m.msg_flags, (size_t)m.msg_controllen);
	for (struct cmsghdr *h = CMSG_FIRSTHDR(&m); h; h = CMSG_NXTHDR(&m, h)) {
		size_t size = h->cmsg_len - sizeof(*h);
		if (h->cmsg_type == SCM_RIGHTS) {
			count = (int)(size / sizeof(int));
			memcpy(came, CMSG_DATA(h), size);
			printf("  %d descriptors\n", count);
		} else if (h->cmsg_type == SCM_CREDENTIALS && size == sizeof(struct ucred)) {
			struct ucred *who = (struct ucred *)CMSG_DATA(h);
			printf("  credentials: mine %d, nobody's %d\n", who->pid == getpid(), who->pid == 0 && who->uid == 65534);
		} else {
			printf("  type %d of %zu\n", h->cmsg_type, size);
		}
	}
	return count;
}

int
main(void)
{
	int end[2], many[20], on = 1, status;
	char text[32] = "";
	struct ucred who = { getpid(), getuid(), getgid() };

	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	pipe(end);
	say("send", send_with("fd", SCM_RIGHTS, &end[1], sizeof(int)));
	close(end[1]);
	fflush(stdout);
	if (!fork()) {
		if (receive(s[1], 60, sizeof(c), 0) == 1)
			write(came[0], "through it", 10);
		fflush(stdout);
		_exit(0);
	}
	wait(&status);
	close(s[1]);
	say("read", read(end[0], text, sizeof(text)));
	printf("%s\n", text);
	say("end", read(end[0], text, sizeof(text)));
	close(s[0]);

	socketpair(AF_UNIX, SOCK_STREAM, 0, s);
	write(s[0], "before ", 7);
	for (int i = 0; i < 20; i++)
		many[i] = s[0];
	say("many", send_with("many", SCM_RIGHTS, many, sizeof(many)));
	write(s[0], "behind", 6);
	printf("%d\n", receive(s[1], 60, sizeof(c), MSG_CMSG_CLOEXEC));
	printf("flags %d\n", fcntl(came[19], F_GETFD));
	for (int i = 0; i < 20; i++)
		close(came[i]);
	receive(s[1], 60, sizeof(c), 0);
	send_with("one", SCM_RIGHTS, many, sizeof(int));
	send_with("two", SCM_RIGHTS, many, 2 * sizeof(int));
	receive(s[1], 2, sizeof(c), 0);
	close(came[0]);
	receive(s[1], 60, sizeof(c), 0);
	close(came[0]);
	close(came[1]);
	send_with("cut", SCM_RIGHTS, many, 3 * sizeof(int));
	receive(s[1], 60, CMSG_LEN(2 * sizeof(int)), 0);
	close(came[0]);
	close(came[1]);
	send_with("no room", SCM_RIGHTS, many, sizeof(int));
	receive(s[1], 60, 0, 0);
	send_with("peek", SCM_RIGHTS, many, sizeof(int));
	receive(s[1], 60, sizeof(c), MSG_PEEK);
	close(came[0]);
	receive(s[1], 60, sizeof(c), 0);
	close(came[0]);

	write(s[0], "old", 3);
	say("pass", setsockopt(s[1], SOL_SOCKET, SO_PASSCRED, &on, sizeof(on)));
	write(s[0], "new", 3);
	receive(s[1], 60, sizeof(c), 0);
	receive(s[1], 60, sizeof(c), 0);
	say("send", send_with("mine", SCM_CREDENTIALS, &who, sizeof(who)));
	receive(s[1], 60, sizeof(c), 0);
	send_with("both", SCM_RIGHTS, many, sizeof(int));
	receive(s[1], 60, sizeof(c), 0);
	close(came[0]);

	many[0] = 99;
	say("bad descriptor", send_with("x", SCM_RIGHTS, many, sizeof(int)));
	say("bad size", send_with("x", SCM_CREDENTIALS, &who, 4));
	say("bad type", send_with("x", 99, &who, 4));
	say("bad message", sendmsg(s[0], (void *)8, 0));
	say("bad message", recvmsg(s[0], (void *)8, 0));
	fflush(stdout);
	if (!fork()) {
		if (!getuid())
			setuid(12345);
		who.uid = 0;
		who.pid = getpid();
		say("not mine", send_with("x", SCM_CREDENTIALS, &who, sizeof(who)));
		fflush(stdout);
		_exit(0);
	}
	wait(&status);
	return 0;
}
