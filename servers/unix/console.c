/* SPDX-License-Identifier: BSD-2-Clause */
/* The console, by the console server; and the log, which is there, too. */
#include <stdarg.h>
#include <stdio.h>
#include <janus/kinds.h>
#include <janus/rt.h>
#include <janus/slots.h>
#include <l4/stubs.h>
#include <l4/thread.h>
#include <servers/console.h>
#include <unix/unix.h>
#include "host.h"

#define TYPED		256		/* bytes, at once */
#define LINE		256
#define PAUSE		IPC_TICKS(1000ul, 10)	/* while the device prints */

static uint64_t console;

/* Typed characters ring a bell at the endpoint where programs' messages come. */
static enum status
listen(void)
{
	uint64_t bell = slot_take(), given = slot_take();
	enum status status = call_notification_create(bell);

	if (!status)
		status = call_notification_bind(bell, endpoint);
	if (!status)
		status = call_cap_copy(bell, SLOT_OWN, given, RIGHT_SEND | RIGHT_SHARE);
	return status ? status : console_listen(console, (struct rpc_cap){ .slot = given, .rights = RIGHT_SEND, .move = true });
}

/* Without a console server nothing can be typed, and the kernel prints. */
enum status
console_begin(void)
{
	console = environment_slot("console");
	return console ? listen() : OK;
}

void
console_typed(void)
{
	char text[TYPED];
	uint64_t bytes = sizeof(text);

	while (console_get(console, text, &bytes) == OK && bytes) {
		unix_console_input(text, bytes);
		bytes = sizeof(text);
	}
}

void
host_console_write(const char *text, size_t bytes)
{
	console_write(text, bytes);
}

void
console_finish(void)
{
	uint64_t left = 0;

	while (console && console_rest(console, &left) == OK && left)
		thread_pause(PAUSE);
}

void
host_log(const char *format, ...)
{
	char line[LINE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	printf("unix: %s\n", line);
}
