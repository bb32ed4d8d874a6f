/* SPDX-License-Identifier: BSD-2-Clause */
/* What programs write is processed; Ctrl-S and Ctrl-Q; flushing; counts. */
#include "pty.h"

static int slave;

static void
out(tcflag_t flags, const char *text)
{
	struct termios t;

	tcgetattr(slave, &t);
	t.c_oflag = flags;
	tcsetattr(slave, TCSANOW, &t);
	say("write", write(slave, text, strlen(text)));
	see(NULL);
}

int
main(void)
{
	static char large[4096];
	int count, total = 0;

	slave = pty_open();
	struct pollfd one = { master, POLLIN, 0 };
	fcntl(slave, F_SETFL, O_NONBLOCK);
	fcntl(master, F_SETFL, O_NONBLOCK);
	out(OPOST | ONLCR, "one\ntwo\tthree\r\n");
	out(0, "one\ntwo\n");
	out(OPOST | XTABS, "\ta\tbb\t\n\tc");
	out(OPOST | OCRNL, "a\rb\n");
	out(OPOST | ONOCR, "\r\ra\r\r\n");
	out(OPOST | ONLRET, "abc\n\r\r.");
	out(OPOST | OLCUC, "Lower\n");
	out(OPOST | ONLCR, "\b\b\n");
	type("\x13");
	see(NULL);
	say("stopped", write(slave, "x", 1));
	type("\x11");
	see(NULL);
	say("goes on", write(slave, "x", 1));
	say("flow", tcflow(slave, TCOOFF));
	say("stopped", write(slave, "x", 1));
	say("flow", tcflow(slave, TCOON));
	say("goes on", write(slave, "y", 1));
	see(NULL);
	say("flow", tcflow(slave, TCIOFF));
	say("flow", tcflow(slave, TCION));
	see(NULL);
	say("bad", tcflow(slave, 17));
	write(slave, "there", 5);
	poll(&one, 1, LIMIT);		/* what has come to the other side is not flushed any more */
	say("flush", tcflush(slave, TCOFLUSH));
	see(NULL);
	type("lost\nkept");
	see(NULL);
	say("pending", ioctl(slave, FIONREAD, &count));
	printf("%d\n", count);
	say("flush", tcflush(slave, TCIFLUSH));
	say("nothing", read(slave, large, 10));
	say("bad", tcflush(slave, 17));
	see(NULL);
	while ((count = (int)write(slave, large, sizeof(large))) > 0)
		total += count;
	say("full", count);
	printf("much: %d\n", total > 3000);
	while (total > 0 && poll(&one, 1, LIMIT) > 0)
		total -= (int)read(master, large, sizeof(large));
	count = (int)read(master, large, sizeof(large));
	say("empty", count);
	printf("left: %d\n", total);
	return 0;
}
