/* SPDX-License-Identifier: BSD-2-Clause */
/* busybox's vi opens a file, changes it and saves it; what it draws is the same. */
#include "pty.h"

static void
editor(void)
{
	char *arguments[] = { "vi", "text", NULL }, *environment[] = { "TERM=vt100", "HOME=/", NULL };

	execve("/bin/busybox", arguments, environment);
	_exit(127);
}

static void
step(const char *typed)
{
	type(typed);
	usleep(50000);
	see(NULL);
}

int
main(void)
{
	int fd = open("text", O_CREAT | O_WRONLY, 0644);
	struct winsize size = { 8, 40, 0, 0 };

	write(fd, "first line\nsecond line\nthird\n", 29);
	close(fd);
	session(editor, 1);
	ioctl(master, TIOCSWINSZ, &size);
	usleep(200000);
	see(NULL);
	step("jdw");
	step("ichanged \x1b");
	step("Gonew last line\x1b");
	step("/line\r");
	step(":%s/first/1st/\r");
	step(":wq\r");
	ended();
	return 0;
}
