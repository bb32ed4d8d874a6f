/* SPDX-License-Identifier: BSD-2-Clause */
/* FIFOs: who opens one waits for the other end. */
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>
#include "say.h"

static void
nothing(int number)
{
}

static void
poll_of(int fd)
{
	struct pollfd one = { fd, POLLIN | POLLOUT, 0 };

	poll(&one, 1, 0);
	printf("events %x\n", one.revents);
}

int
main(void)
{
	char text[32] = "";
	int in, out, both;
	struct sigaction a = { .sa_handler = nothing };

	say("make", mkfifo("fifo", 0640));
	say("again", mkfifo("fifo", 0640));
	say("write, nobody reads", open("fifo", O_WRONLY | O_NONBLOCK));
	in = open("fifo", O_RDONLY | O_NONBLOCK);
	say("read", in);
	poll_of(in);
	say("nobody writes", read(in, text, 1));
	out = open("fifo", O_WRONLY);
	say("nothing yet", read(in, text, 1));
	say("write", write(out, "one", 3));
	poll_of(in);
	poll_of(out);
	close(out);
	poll_of(in);
	say("read", read(in, text, sizeof(text)));
	say("end", read(in, text, sizeof(text)));
	poll_of(in);
	close(in);

	fflush(stdout);
	if (!fork()) {
		out = open("fifo", O_WRONLY);
		usleep(1000);
		write(out, "from a child", 12);
		_exit(0);
	}
	in = open("fifo", O_RDONLY);
	say("read", read(in, text, sizeof(text)));
	printf("%s\n", text);
	say("end", read(in, text, sizeof(text)));
	close(in);
	wait(NULL);
	fflush(stdout);
	if (!fork()) {
		in = open("fifo", O_RDONLY);
		ssize_t n = read(in, text, sizeof(text));
		printf("child read %zd\n", n);
		fflush(stdout);
		_exit(0);
	}
	out = open("fifo", O_WRONLY);
	write(out, "to it", 5);
	wait(NULL);
	signal(SIGPIPE, SIG_IGN);
	say("no reader", write(out, "x", 1));
	close(out);

	both = open("fifo", O_RDWR);
	say("both", both >= 0);
	say("write", write(both, "self", 4));
	say("read", read(both, text, sizeof(text)));
	close(both);
	sigaction(SIGALRM, &a, NULL);
	ualarm(20000, 0);
	say("interrupted", open("fifo", O_RDONLY));
	say("after it", open("fifo", O_WRONLY | O_NONBLOCK));
	say("directory", mkfifo("none/fifo", 0600));
	return 0;
}
