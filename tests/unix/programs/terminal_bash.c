/* SPDX-License-Identifier: BSD-2-Clause */
/* bash on a terminal: its own editing of lines, history, job control. */
#include "pty.h"

static void
shell(void)
{
	char *arguments[] = { "bash", "--norc", "--noprofile", NULL }, *environment[] = { getenv("PATH") - 5, "HOME=/", "HISTFILE=", "PS1=> ", "TERM=dumb", NULL };

	execve("/bin/bash-static", arguments, environment);
	_exit(127);
}

static void
step(const char *typed, const char *mark)
{
	type(typed);
	see(mark);
}

int
main(void)
{
	if (access("/bin/bash-static", X_OK))
		return 0;
	session(shell, 1);
	see("> ");
	step("PS1='> '\r", "\n> ");
	step("echo one two\x17three\r", "\n> ");
	step("\x10\x7f\x7f\x7f\x7f\x7f" "four\r", "\n> ");
	step("abc", "abc");
	asleep(1);
	step("\x03", "> ");
	step("sleep 100\r", "100\r\n");
	asleep(0);
	step("\x03", "> ");
	step("echo $?\r", "\n> ");
	step("sleep 100\r", "100\r\n");
	asleep(0);
	step("\x1a", "> ");
	step("jobs\r", "\n> ");
	step("fg\r", "sleep 100\r\n");
	asleep(0);
	step("\x03", "> ");
	step("cat <<end | wc -l\r", "> ");
	step("1\r", "> ");
	step("2\r", "> ");
	step("end\r", "2\r\n> ");
	step("for i in 1 2 3; do echo $i; done | sort -r\r", "1\r\n> ");
	step("exit 5\r", "exit 5\r\n");
	drain();
	ended();
	return 0;
}
