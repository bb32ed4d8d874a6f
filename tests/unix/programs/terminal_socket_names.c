/* SPDX-License-Identifier: BSD-2-Clause */
/* Sockets with names: in the tree and abstract; connections of children; datagrams to names. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>
#include "say.h"

static struct sockaddr_un a;
static socklen_t bytes;

/* A name that begins with @ is abstract. */
static void
name(const char *text)
{
	memset(&a, 0, sizeof(a));
	a.sun_family = AF_UNIX;
	strcpy(a.sun_path, text);
	bytes = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + strlen(text) + 1);
	if (*text == '@') {
		a.sun_path[0] = 0;
		bytes--;
	}
}

static int
bound(int type, const char *text)
{
	int fd = socket(AF_UNIX, type, 0);

	name(text);
	say("bind", bind(fd, (struct sockaddr *)&a, bytes));
	return fd;
}

static long
join(int fd, const char *text)
{
	name(text);
	return connect(fd, (struct sockaddr *)&a, bytes);
}

static void
tell(const char *what, long result)
{
	say(what, result);
	if (result < 0)
		return;
	printf("family %d, %u bytes, ", a.sun_family, bytes);
	if (bytes > 2 && !a.sun_path[0])
		printf("@%.*s\n", (int)bytes - 3, a.sun_path + 1);
	else
		printf("%s\n", bytes > 2 ? a.sun_path : "no name");
}

static void
names_of(int fd)
{
	memset(&a, 0, sizeof(a));
	bytes = sizeof(a);
	tell("own", getsockname(fd, (struct sockaddr *)&a, &bytes));
	memset(&a, 0, sizeof(a));
	bytes = sizeof(a);
	tell("other", getpeername(fd, (struct sockaddr *)&a, &bytes));
}

static void
client(const char *where, const char *text)
{
	char back[32] = "";
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	if (join(fd, where) || write(fd, text, strlen(text)) < 0 || read(fd, back, sizeof(back)) < 0)
		_exit(1);
	_exit(strcmp(back, text) != 0);
}

static void
serve(const char *where)
{
	int status, l = bound(SOCK_STREAM, where);
	struct ucred who;
	socklen_t size = sizeof(who);

	say("listen", listen(l, 3));
	names_of(l);
	for (int i = 0; i < 3; i++) {
		char text[32];
		fflush(stdout);
		pid_t child = fork();
		if (!child)
			client(where, "echo this");
		bytes = sizeof(a);
		int fd = accept4(l, (struct sockaddr *)&a, &bytes, SOCK_CLOEXEC);
		tell("accept", fd >= 0 ? 0 : -1);
		names_of(fd);
		getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size);
		printf("from the child: %d\n", who.pid == child);
		ssize_t n = read(fd, text, sizeof(text));
		write(fd, text, (size_t)n);
		close(fd);
		wait(&status);
		printf("client %d\n", status);
	}
	close(l);
	say("nobody listens", join(socket(AF_UNIX, SOCK_STREAM, 0), where));
}

static void
errors(void)
{
	int fd = socket(AF_UNIX, SOCK_STREAM, 0), l = bound(SOCK_STREAM, "taken"), d = bound(SOCK_DGRAM, "gram");
	struct stat s;

	stat("taken", &s);
	printf("mode %o\n", s.st_mode);
	name("taken");
	say("taken", bind(fd, (struct sockaddr *)&a, bytes));
	name("other");
	say("has a name", bind(l, (struct sockaddr *)&a, bytes));
	name("none/x");
	say("no folder", bind(fd, (struct sockaddr *)&a, bytes));
	say("too short", bind(fd, (struct sockaddr *)&a, 1));
	say("too long", bind(fd, (struct sockaddr *)&a, 200));
	a.sun_family = 77;
	say("family", bind(fd, (struct sockaddr *)&a, bytes));
	say("does not listen", join(fd, "taken"));
	say("none", join(fd, "nothing"));
	say("another type", join(fd, "gram"));
	say("not a socket", join(fd, "."));
	say("abstract none", join(fd, "@janus none"));
	say("listens without a name", listen(fd, 1));
	say("accepts without listening", accept(l, NULL, NULL));
	say("accepts datagrams", accept(d, NULL, NULL));
	say("datagrams listen", listen(d, 1));
	listen(l, 0);
	fcntl(l, F_SETFL, O_NONBLOCK);
	say("nobody comes", accept(l, NULL, NULL));
	fcntl(fd, F_SETFL, O_NONBLOCK);
	say("connect", join(fd, "taken"));
	say("again", join(fd, "taken"));
	int second = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	say("full", join(second, "taken"));
	say("peer", getpeername(second, (struct sockaddr *)&a, &bytes));
	say("open", open("taken", O_RDWR));
	unlink("taken");
	say("unlinked", join(second, "taken"));
	say("send", send(second, "x", 1, MSG_NOSIGNAL));
	say("receive", recv(second, &s, 1, 0));
}

static void
datagrams(void)
{
	int x = bound(SOCK_DGRAM, "x"), y = bound(SOCK_DGRAM, "@janus y"), z = socket(AF_UNIX, SOCK_DGRAM, 0);
	char text[32] = "";
	ssize_t n;

	name("x");
	say("send", sendto(y, "from y", 6, 0, (struct sockaddr *)&a, bytes));
	say("send", sendto(z, "from z", 6, 0, (struct sockaddr *)&a, bytes));
	for (int i = 0; i < 2; i++) {
		memset(&a, 0, sizeof(a));
		bytes = sizeof(a);
		n = recvfrom(x, text, sizeof(text), 0, (struct sockaddr *)&a, &bytes);
		printf("%.*s: %u bytes of name %s\n", (int)n, text, bytes, bytes ? a.sun_path + 1 : "none");
	}
	say("connect", join(x, "@janus y"));
	say("send", send(x, "hi", 2, 0));
	say("is not sent", join(z, "x"));
	name("x");
	say("is not sent", sendto(z, "no", 2, 0, (struct sockaddr *)&a, bytes));
	a.sun_family = AF_UNSPEC;
	say("disconnect", connect(x, (struct sockaddr *)&a, 2));
	say("nowhere", send(x, "hi", 2, 0));
	say("bind nothing", bind(z, (struct sockaddr *)&(struct sockaddr_un){ .sun_family = AF_UNIX }, 2));
	bytes = sizeof(a);
	getsockname(z, (struct sockaddr *)&a, &bytes);
	printf("a name of %u bytes\n", bytes);
	close(y);
	say("gone", join(z, "@janus y"));
}

int
main(void)
{
	serve("server");
	serve("@janus server");
	errors();
	datagrams();
	return 0;
}
