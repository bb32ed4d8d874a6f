/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals that a terminal sends: characters, its size, its end. */
#include "pty.h"

static volatile sig_atomic_t caught;

static void
catch(int number)
{
	caught = number;
}

static void
listen_to(int number)
{
	struct sigaction a = { .sa_handler = catch };

	sigaction(number, &a, NULL);
}

/* Says which signal ends each read. */
static void
reader(void)
{
	static const int numbers[] = { SIGINT, SIGQUIT, SIGTSTP, SIGWINCH, SIGHUP, SIGCONT };
	char text[64];

	for (unsigned i = 0; i < 6; i++)
		listen_to(numbers[i]);
	for (;;) {
		dprintf(1, "ready\n");
		caught = 0;
		ssize_t n = read(0, text, sizeof(text));
		if (n > 0)
			printf("line of %zd\n", n);
		else if (n == 0)
			printf("end\n");
		else
			printf("%s, signal %d\n", strerror(errno), caught);
		fflush(stdout);
		if (n <= 0 && (!n || caught == SIGHUP || caught == SIGCONT))
			break;
	}
}

static void
dies(void)
{
	dprintf(2, "sleeping\n");
	sleep(10);
}

/* A child in the foreground is stopped and goes on: one of an orphaned group, as this one's, would not be. */
static void
stops(void)
{
	int status;
	pid_t child = fork();

	if (!child) {
		setpgid(0, 0);
		while (tcgetpgrp(0) != getpid())
			usleep(1000);
		dies();
	}
	setpgid(child, child);
	signal(SIGTTOU, SIG_IGN);
	tcsetpgrp(0, child);
	waitpid(child, &status, WUNTRACED);
	dprintf(2, "stopped %d by %d\n", WIFSTOPPED(status), WSTOPSIG(status));
	kill(child, SIGCONT);
	waitpid(child, &status, WCONTINUED);
	dprintf(2, "continued %d\n", WIFCONTINUED(status));
	waitpid(child, &status, 0);
	dprintf(2, "ended by %d\n", WTERMSIG(status));
}

static int pair[2];

static void
reads_in_child(void)
{
	dup2(pair[1], 1);
	reader();
}

/* The reader's words come through a pipe: its terminal is what is tested. */
static void
heard(void)
{
	char c;

	while (read(pair[0], &c, 1) == 1 && putchar(c) != '\n')
		;
	fflush(stdout);
}

/* It is ready, and sleeps in its read: a signal before that would interrupt nothing. */
static void
heard_ready(void)
{
	heard();
	asleep(1);
}

/* Ends as its child did, but only after a line is typed: what the terminal has shown may get lost on Linux when its leader ends. */
static void
dies_by_child(void)
{
	int status;
	char c;

	signal(SIGINT, SIG_IGN);
	signal(SIGQUIT, SIG_IGN);
	pid_t child = fork();
	if (!child) {
		signal(SIGINT, SIG_DFL);
		signal(SIGQUIT, SIG_DFL);
		dies();
	}
	waitpid(child, &status, 0);
	read(0, &c, 1);
	signal(WTERMSIG(status), SIG_DFL);
	kill(getpid(), WTERMSIG(status));
}

static void
end_by(const char *typed, const char *shown_as)
{
	session(dies_by_child, 1);
	see("sleeping\r\n");
	type(typed);
	see(shown_as);
	type("\n");
	ended();
	close(master);
}

int
main(void)
{
	struct winsize size = { 10, 20, 0, 0 };

	pipe(pair);
	session(reads_in_child, 0);
	heard_ready();
	type("half");
	see("half");
	type("\x03");
	see("^C");
	heard(), heard_ready();
	type("\x1c");
	see("^\\");
	heard(), heard_ready();
	type("\x1a");
	see("^Z");
	heard(), heard_ready();
	ioctl(master, TIOCSWINSZ, &size);
	heard(), heard_ready();
	ioctl(master, TIOCSWINSZ, &size);
	type("line\n");
	heard(), heard_ready();
	size.ws_row = 0;
	ioctl(master, TIOCGWINSZ, &size);
	printf("%d rows\n", size.ws_row);
	ioctl(master, TIOCSIG, SIGINT);
	heard(), heard_ready();
	close(master);
	heard();
	ended();

	end_by("\x03", "^C");
	end_by("\x1c", "^\\");

	session(stops, 1);
	see("sleeping\r\n");
	type("\x1a");
	see("continued 1\r\n");
	type("\x03");
	see("ended by 2\r\n");
	ended();
	close(master);

	session(dies, 1);
	see("sleeping\r\n");
	close(master);
	ended();
	return 0;
}
