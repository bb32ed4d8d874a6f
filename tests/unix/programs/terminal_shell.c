/* SPDX-License-Identifier: BSD-2-Clause */
/* busybox's shell on a terminal: line editing, interruption, job control, end of input. */
#include "pty.h"

#define PROMPT "> \x1b[6n"	/* it asks where the cursor is */

static void
shell(void)
{
	char *arguments[] = { "sh", NULL }, *environment[] = { getenv("PATH") - 5, "HOME=/", "PS1=> ", "TERM=dumb", NULL };

	execve("/bin/busybox", arguments, environment);
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
	session(shell, 1);
	see(PROMPT);
	step("echo one tw\x7f\x7f" "two\r", PROMPT);
	step("echo $((6*7))\x01\x05 end\r", PROMPT);
	step("echo half\x03", PROMPT);
	step("sleep 1", "sleep 1");
	step("00\r", "00\r\n");
	asleep(0);
	step("\x03", PROMPT);
	step("echo $?\r", PROMPT);
	step("cat\r", "cat\r\n");
	asleep(0);
	step("typed to cat\r", "cat\r\ntyped to cat\r\n");
	step("\x04", PROMPT);
	step("sleep 100\r", "100\r\n");
	asleep(0);
	step("\x1a", PROMPT);
	step("jobs\r", PROMPT);
	step("fg\r", "sleep 100\r\n");
	asleep(0);
	step("\x1a", PROMPT);
	step("bg; jobs\r", PROMPT);
	step("kill %1; sleep 0.3; wait %1; echo was $?\r", PROMPT);
	step("cat & until grep -q ') T ' /proc/$!/stat; do :; done\r", PROMPT);
	step("jobs\r", PROMPT);
	step("kill -9 %1; sleep 0.2\r", PROMPT);
	step("echo x | cat | cat; (exit 3); echo $?\r", PROMPT);
	step("read -p 'name: ' name; echo \"<$name>\"\r", "\nname: ");
	step("me\x7fy self\r", PROMPT);
	step("stty -echo; read secret; stty echo; echo \"<$secret>\"\r", "\r\n");
	asleep(1);
	step("hidden\r", PROMPT);
	type("\x04");
	drain();
	ended();
	return 0;
}
