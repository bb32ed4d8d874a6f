/* SPDX-License-Identifier: BSD-2-Clause */
/* poll, ppoll, select, pselect: what is ready, limits of time, signals, errors. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include "say.h"

static int a[2], b[2];

static void
nothing(int number)
{
	printf("handler %d\n", number);
}

static void
show(const char *what, long result, const struct pollfd *files, int count)
{
	say(what, result);
	for (int i = 0; i < count; i++)
		printf("%x ", files[i].revents);
	printf("\n");
	fflush(stdout);
}

static void
writes_later(int fd)
{
	fflush(stdout);
	if (fork())
		return;
	usleep(2000);
	write(fd, "x", 1);
	_exit(0);
}

static void
polls(void)
{
	struct pollfd files[] = { { a[0], POLLIN, 0 }, { b[0], POLLIN, 0 }, { a[1], POLLOUT, 0 }, { -1, POLLIN, 99 }, { 77, POLLIN, 0 } };
	int file = open("file", O_CREAT | O_RDWR, 0600);
	char c;

	show("now", poll(files, 5, 0), files, 5);
	show("two", poll(files, 2, 10), files, 2);
	writes_later(b[1]);
	show("later", poll(files, 2, -1), files, 2);
	show("still", poll(files, 2, -1), files, 2);
	read(b[0], &c, 1);
	wait(NULL);
	files[1].fd = file;
	files[1].events = POLLIN | POLLOUT | POLLPRI;
	show("a file", poll(files, 2, -1), files, 2);
	close(b[1]);
	files[1] = (struct pollfd){ b[0], 0, 0 };
	show("an end", poll(files, 2, -1), files, 2);
	close(a[0]);
	show("closed", poll(files, 3, 0), files, 3);
	say("none", poll(NULL, 0, 5));
	say("address", poll((void *)8, 1, 0));
	say("too many", poll(files, 100000000, 0));
}

static void
selects(void)
{
	fd_set in, out;
	struct timeval time = { 0, 5000 };
	struct timespec fine = { 0, 5000000 };
	char c;

	pipe(a);
	pipe(b);
	FD_ZERO(&in);
	FD_SET(a[0], &in);
	FD_SET(b[0], &in);
	say("nothing", select(20, &in, NULL, NULL, &time));
	printf("left %ld %ld, sets %d %d\n", (long)time.tv_sec, (long)time.tv_usec, FD_ISSET(a[0], &in), FD_ISSET(b[0], &in));
	FD_SET(a[0], &in);
	FD_SET(b[0], &in);
	FD_ZERO(&out);
	FD_SET(b[1], &out);
	say("writable", select(20, &in, &out, NULL, NULL));
	FD_SET(a[0], &in);
	FD_SET(b[0], &in);
	writes_later(a[1]);
	say("later", select(20, &in, NULL, NULL, NULL));
	printf("sets %d %d\n", FD_ISSET(a[0], &in), FD_ISSET(b[0], &in));
	wait(NULL);
	read(a[0], &c, 1);
	say("pselect", pselect(20, &in, NULL, NULL, &fine, NULL));
	FD_ZERO(&in);
	FD_SET(40, &in);
	say("closed", select(41, &in, NULL, NULL, NULL));
	say("negative", select(-1, &in, NULL, NULL, NULL));
	say("address", select(5, (void *)8, NULL, NULL, NULL));
	time.tv_sec = -1;
	say("time", syscall(SYS_select, 0, NULL, NULL, NULL, &time));
	say("no sets", select(0, NULL, NULL, NULL, &(struct timeval){ 0, 1000 }));
}

static void
signals(void)
{
	struct sigaction action = { .sa_handler = nothing };
	struct pollfd one = { a[0], POLLIN, 0 };
	struct timespec fine = { 0, 1000000 };
	sigset_t blocked, none;

	sigemptyset(&none);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	sigaction(SIGUSR1, &action, NULL);
	action.sa_flags = SA_RESTART;
	sigaction(SIGALRM, &action, NULL);
	ualarm(2000, 0);
	say("poll", poll(&one, 1, -1));
	ualarm(2000, 0);
	say("select", select(0, NULL, NULL, NULL, NULL));
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	raise(SIGUSR1);
	say("blocked", poll(&one, 1, 1));
	say("mask", ppoll(&one, 1, NULL, &none));
	say("not again", ppoll(&one, 1, &fine, &none));
	raise(SIGUSR1);
	say("pselect", pselect(0, NULL, NULL, NULL, NULL, &none));
	raise(SIGUSR1);
	write(a[1], "x", 1);
	say("ready first", ppoll(&one, 1, NULL, &none));
	sigprocmask(SIG_UNBLOCK, &blocked, NULL);
	say("mask size", syscall(SYS_ppoll, &one, 1, NULL, &none, 3));
	fine.tv_nsec = 1000000000;
	say("time", syscall(SYS_ppoll, &one, 1, &fine, NULL, 0));
}

int
main(void)
{
	pipe(a);
	pipe(b);
	polls();
	selects();
	signals();
	return 0;
}
