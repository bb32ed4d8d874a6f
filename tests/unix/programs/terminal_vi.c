/* SPDX-License-Identifier: BSD-2-Clause */
/* busybox's vi opens a file, changes it and saves it; what it draws is the same. */
#include "pty.h"

static void
editor(void)
{
	struct winsize size = { 8, 40, 0, 0 };
	char *arguments[] = { "vi", "text", NULL }, *environment[] = { "TERM=vt100", "HOME=/", NULL };

	ioctl(0, TIOCSWINSZ, &size);
	execve("/bin/busybox", arguments, environment);
	_exit(127);
}

/* DRAWN is the last that it draws then. */
static void
step(const char *typed, const char *drawn)
{
	type(typed);
	see(drawn);
}

int
main(void)
{
	int fd = open("text", O_CREAT | O_WRONLY, 0644);

	write(fd, "first line\nsecond line\nthird\n", 29);
	close(fd);
	session(editor, 1);
	see("33%\x1b[1;1H");
	step("jdw", "[D]\x1b[2;1H");
	step("ichanged \x1b", "66%\x1b[2;8H");
	step("Gonew last line\x1b", "- text [Modified] 4/4 100%\x1b[4;13H");
	step("/line\r", "TOP\x1b[m\x1b[1;7H");
	step(":%s/first/1st/\r", "25%\x1b[1;1H");
	type(":wq\r");
	drain();
	ended();
	return 0;
}
