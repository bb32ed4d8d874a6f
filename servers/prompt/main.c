/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A prompt at the console, so that who boots l4 has something to talk to: a client of the console and timer servers.  It edits its line itself, for the console
 * passes on bytes as they are typed.  End of input, Ctrl-D on an empty line, ends it, and the machine where it is the manifest's main program.  With
 * arguments, these are the one line that it obeys.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <janus/kinds.h>
#include <l4/rpc.h>
#include <l4/stubs.h>
#include <l4/thread.h>
#include <servers/console.h>
#include <servers/timer.h>

#define LINE_BYTES	80
#define END_OF_INPUT	4		/* Ctrl-D */
#define BACKSPACE	8
#define DELETE		127
#define SECOND		1000000000ul
#define DAY		86400ul

static uint64_t console, timer, bell;

/* The next byte that is typed. */
static char
key(void)
{
	static char typed[64];
	static uint64_t used, bytes;
	uint64_t bits;

	while (used == bytes) {
		used = 0;
		bytes = sizeof(typed);
		if (console_get(console, typed, &bytes) != OK) {
			bytes = 0;
			if (call_notification_wait(bell, IPC_NEVER, &bits) != OK)
				return END_OF_INPUT;
		}
	}
	return typed[used++];
}

/* What is typed up to the end of the line; false: the end of input. */
static bool
line_read(char line[LINE_BYTES])
{
	size_t length = 0;

	for (;;) {
		char c = key();

		if (c == END_OF_INPUT && !length)
			return false;
		if (c == '\n' || c == '\r') {
			putchar('\n');
			line[length] = 0;
			return true;
		}
		if ((c == BACKSPACE || c == DELETE) && length) {
			length--;
			printf("\b \b");
		} else if (c >= ' ' && c < DELETE && length < LINE_BYTES - 1) {
			putchar(line[length++] = c);
		}
	}
}

static void
say_time(const char *words)
{
	uint64_t passed = 0, date = 0;

	if (timer_now(timer, &passed) != OK || timer_wall(timer, &date) != OK)
		printf("the timer does not answer\n");
	else
		printf("%02lu:%02lu:%02lu UTC, up %lu.%03lu seconds\n", date % DAY / 3600, date % 3600 / 60, date % 60, passed / SECOND,
		       passed % SECOND / (SECOND / 1000));
}

static void
echo(const char *words)
{
	printf("%s\n", words);
}

static void
end(const char *words)
{
	exit(atoi(words) ? EXIT_FAILURE : EXIT_SUCCESS);
}

static void help(const char *words);

static const struct command {
	const char *name, *meaning;
	void (*run)(const char *words);
} commands[] = {
	{ "help", "what can be said", help },
	{ "time", "of the clock and since the start, as the timer server has it", say_time },
	{ "echo", "what follows, again", echo },
	{ "exit", "end the machine, as Ctrl-D does; with a number: as a failure", end },
};
#define COMMANDS	(sizeof(commands) / sizeof(commands[0]))

static void
help(const char *words)
{
	for (size_t i = 0; i < COMMANDS; i++)
		printf("%s\t%s\n", commands[i].name, commands[i].meaning);
}

static void
obey(char *line)
{
	size_t length = strcspn(line, " ");
	const char *words = line + length + strspn(line + length, " ");

	if (!length)
		return;
	line[length] = 0;
	for (size_t i = 0; i < COMMANDS; i++) {
		if (!strcmp(commands[i].name, line)) {
			commands[i].run(words);
			return;
		}
	}
	printf("%s is no command: help lists them\n", line);
}

/* The program's arguments, one line. */
static void
line_join(char line[LINE_BYTES], int argc, char **argv)
{
	size_t length = 0;

	for (int i = 1; i < argc && length < LINE_BYTES; i++)
		length += (size_t)snprintf(line + length, LINE_BYTES - length, i > 1 ? " %s" : "%s", argv[i]);
}

int
main(int argc, char **argv)
{
	char line[LINE_BYTES];

	console = environment_slot("console");
	timer = environment_slot("timer");
	if (argc > 1) {
		line_join(line, argc, argv);
		obey(line);
		return EXIT_SUCCESS;
	}
	bell = slot_take();
	if (call_notification_create(bell) || console_listen(console, (struct rpc_cap){ .slot = bell, .rights = RIGHT_SEND })) {
		printf("there is no console to read from\n");
		return EXIT_FAILURE;
	}
	printf("l4, with servers for memory, names, time and this console; help says what can be typed\n");
	for (printf("> "); line_read(line); printf("> "))
		obey(line);
	printf("\n");
	return EXIT_SUCCESS;
}
