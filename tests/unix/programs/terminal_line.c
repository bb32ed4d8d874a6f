/* SPDX-License-Identifier: BSD-2-Clause */
/* Lines are edited as they are typed: what is echoed, what is read. */
#include "pty.h"

static int slave;

static void
line(const char *typed)
{
	char text[256];

	type(typed);
	printf("echo ");
	see(NULL);
	ssize_t n = read(slave, text, sizeof(text));
	if (n < 0) {
		say("read", -1);
		return;
	}
	printf("read ");
	visible(text, (size_t)n);
	printf("\n");
}

static void
with(tcflag_t local, tcflag_t input, tcflag_t output)
{
	struct termios t;

	tcgetattr(slave, &t);
	t.c_lflag ^= local;
	t.c_iflag ^= input;
	t.c_oflag ^= output;
	say("set", tcsetattr(slave, TCSANOW, &t));
}

int
main(void)
{
	char part[4];

	slave = pty_open();
	fcntl(slave, F_SETFL, O_NONBLOCK);
	line("plain\n");
	line("return\r");
	line("no end");
	line(" now\n");
	line("er\x7f\x7fok\n");
	line("\x7f\x7f\n");
	line("tab\tx\x7f\x7f!\n");
	line("\x01\x02\x7f\n");
	line("one two, three\x17\x17" "2\n");
	line("kill this\x15keep\n");
	line("lit\x16\x03\x16\x7f\n");
	line("print\x12 again\n");
	line("eof\x04");
	line("\x04");
	line("two\nlines\n");
	line("");
	with(ECHO, 0, 0);
	line("hidden\x7f\n");
	with(ECHO | ECHOE, 0, 0);
	line("ab\x7f\x15" "c\n");
	with(ECHOE | ECHOKE, 0, 0);
	line("ab\x7f\x15" "c\n");
	with(ECHOKE | ECHOPRT, 0, 0);
	line("abc\x7f\x7f" "d\x7f\n");
	with(ECHOPRT | ECHOCTL, 0, 0);
	line("\x01\x7f\n");
	with(ECHOCTL | IEXTEN, 0, 0);
	line("a\x17\x16" "b\n");
	with(IEXTEN, IUTF8, 0);
	line("a\xc3\xa4\xe2\x82\xac\x7f\x7f\n");
	with(0, ICRNL, 0);
	line("a\r\n");
	with(0, ICRNL | INLCR, 0);
	line("b\x04");
	with(0, INLCR | IGNCR, 0);
	line("c\rd\n");
	with(0, IGNCR | ISTRIP, 0);
	line("\xe1\n");
	with(ICANON, ISTRIP, 0);
	line("raw\x7f\x04");
	type("abcdef\n");
	see(NULL);
	line("\r\x16\n");
	with(ICANON, 0, 0);
	say("part", read(slave, part, 4));
	say("part", read(slave, part, 4));
	say("part", read(slave, part, 4));
	return 0;
}
