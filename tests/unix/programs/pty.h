/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests of terminals: a session on a pseudo terminal, what is typed there and what it shows. */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>
#include "say.h"

#define LIMIT 3000			/* milliseconds until what does not come is given up */

static int master;
static pid_t leader;

/* A text with its control characters visible. */
__attribute__((unused)) static void
visible(const char *text, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++) {
		unsigned char c = (unsigned char)text[i];
		if (c == '\r')
			printf("\\r");
		else if (c == '\n')
			printf("\\n");
		else if (c < ' ' || c > '~')
			printf("<%02x>", c);
		else
			putchar(c);
	}
}

/* Both sides, without a session; the slave is returned. */
static int
pty_open(void)
{
	int unlock = 0, number = -1;
	char name[32];

	master = open("/dev/ptmx", O_RDWR | O_NOCTTY);
	if (master < 0 || ioctl(master, TIOCSPTLCK, &unlock) || ioctl(master, TIOCGPTN, &number))
		exit(99);
	snprintf(name, sizeof(name), "/dev/pts/%d", number);
	return open(name, O_RDWR | O_NOCTTY);
}

/* BODY in a new session whose terminal is the slave; errors and standard output of tests stay where they are. */
__attribute__((unused)) static void
session(void (*body)(void), int all)
{
	int slave = pty_open();

	leader = fork();
	if (leader) {
		close(slave);
		return;
	}
	setsid();
	ioctl(slave, TIOCSCTTY, 0);
	dup2(slave, 0);
	if (all) {
		dup2(slave, 1);
		dup2(slave, 2);
	}
	close(slave);
	close(master);
	body();
	fflush(stdout);
	_exit(0);
}

__attribute__((unused)) static void
type(const char *text)
{
	if (write(master, text, strlen(text)) < 0)
		say("type", -1);
}

/* What has been shown since the last time, up to and with MARK; NULL: what there is. */
static char shown[65536];

static size_t
show_until(const char *mark)
{
	size_t bytes = 0;
	struct pollfd one = { master, POLLIN, 0 };

	shown[0] = 0;
	while (!mark || !strstr(shown, mark)) {
		if (poll(&one, 1, mark ? LIMIT : 30) <= 0) {
			if (mark)
				printf("(%s does not come)", mark);
			break;
		}
		ssize_t n = read(master, shown + bytes, 1);
		if (n <= 0)
			break;
		bytes += (size_t)n;
		shown[bytes] = 0;
	}
	return bytes;
}

__attribute__((unused)) static void
see(const char *mark)
{
	visible(shown, show_until(mark));
	printf("\n");
	fflush(stdout);
}

static int
is_asleep(pid_t pid)
{
	char path[32], text[256];

	snprintf(path, sizeof(path), "/proc/%d/stat", pid);
	int fd = open(path, O_RDONLY);
	ssize_t n = read(fd, text, sizeof(text) - 1);
	close(fd);
	text[n < 0 ? 0 : n] = 0;
	return strstr(text, ") S ") != NULL;
}

/* The leader sleeps, or whoever has the terminal instead of it: several times in a row, as on its way there it may sleep for a moment, too. */
__attribute__((unused)) static void
asleep(int in_leader)
{
	for (int i = 0, times = 0; i < LIMIT && times < 5; i++) {
		pid_t group = tcgetpgrp(master);
		times = (group == leader) == in_leader && is_asleep(group) ? times + 1 : 0;
		usleep(2000);
	}
}

/* All until the terminal is closed, which nobody sees: what a session shows at its very end may get lost with it on Linux. */
__attribute__((unused)) static void
drain(void)
{
	char text[256];

	while (read(master, text, sizeof(text)) > 0)
		;
}

__attribute__((unused)) static void
ended(void)
{
	int status = 0;

	waitpid(leader, &status, 0);
	if (WIFSIGNALED(status))
		printf("ended by signal %d\n", WTERMSIG(status));
	else
		printf("ended with %d\n", WEXITSTATUS(status));
}
