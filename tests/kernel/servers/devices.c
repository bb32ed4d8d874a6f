/* SPDX-License-Identifier: BSD-2-Clause */
/* Console and timer: text in and out, time, alarms, wall time; console versions. */
#include <string.h>
#include <janus/kinds.h>
#include <l4/rpc.h>
#include <l4/stubs.h>
#include <l4/thread.h>
#include <servers/console.h>
#include <servers/control.h>
#include <servers/root.h>
#include <servers/timer.h>
#include "tap.h"

#define MILLISECOND	1000000ul
#define START		1704067200ul	/* of the standard machine's clock */

static uint64_t console, timer, bell;

static struct rpc_cap
ring(void)
{
	return (struct rpc_cap){ .slot = bell, .rights = RIGHTS_ALL };
}

static void
test_time(void)
{
	uint64_t before = 0, after = 0, date = 0, bits;

	tap_status(timer_now(timer, &before), OK);
	tap_status(timer_alarm(timer, ring(), 5 * MILLISECOND), OK);
	tap_status(call_notification_wait(bell, IPC_NEVER, &bits), OK);
	tap_status(timer_now(timer, &after), OK);
	tap_ok(after - before >= 5 * MILLISECOND && after - before < 6 * MILLISECOND, "an alarm after 5 ms");
	tap_status(timer_wall(timer, &date), OK);
	tap_ok(date >= START && date < START + 60, "wall time");
	tap_status(timer_alarm(timer, ring(), 1ul << 40), OK);
	tap_status(timer_alarm(timer, ring(), 0), OK);
	tap_status(call_notification_wait(bell, IPC_NEVER, &bits), OK);
	tap_status(timer_cancel(timer), ERR_NOT_FOUND);
	tap_status(timer_alarm(timer, ring(), 10 * MILLISECOND), OK);
	tap_status(timer_cancel(timer), OK);
	tap_status(call_notification_wait(bell, IPC_TICKS(763ul, 15), &bits), ERR_TIMEOUT);
}

/* The text that the test types arrives piece by piece. */
static void
test_input(void)
{
	static char line[64], piece[64];
	size_t length = 0;
	uint64_t bits, bytes;

	tap_status(console_listen(console, ring()), OK);
	console_write("type now\n", 9);
	while (!memchr(line, '\n', length) && length < sizeof(line)) {
		bytes = sizeof(piece);
		enum status status = console_get(console, piece, &bytes);
		if (status == ERR_NOT_FOUND)
			call_notification_wait(bell, IPC_NEVER, &bits);
		else if (status || bytes > sizeof(line) - length)
			break;
		else
			memcpy(line + length, piece, bytes), length += bytes;
	}
	if (!tap_ok(length == 6 && !memcmp(line, "hello\n", 6), "what was typed"))
		printf("# it is %zu bytes: %.*s\n", length, (int)length, line);
	bytes = sizeof(piece);
	tap_status(console_get(console, piece, &bytes), ERR_NOT_FOUND);
}

static volatile unsigned printed, lost;
static volatile bool enough;

/* Prints while the console is replaced. */
static void
printer(void *unused)
{
	static const char tick[] = "# tick\n";

	while (!enough) {
		uint64_t taken = 0;
		if (console_put(console, tick, sizeof(tick) - 1, &taken) != OK || taken != sizeof(tick) - 1)
			lost++;
		printed++;
		thread_pause(IPC_TICKS(100, 10));
	}
}

static void
test_output(void)
{
	uint64_t thread;
	static char text[20000];
	uint64_t version = 0;

	memset(text, '.', sizeof(text));
	text[sizeof(text) - 1] = '\n';
	console_write("# 19,999 points\n# ", 18);
	console_write(text, sizeof(text));
	tap_status(control_version(console, &version), OK);
	tap_equal(version, 1);
	tap_status(thread_run(printer, NULL, 100, &thread), OK);
	while (printed < 3)
		thread_pause(IPC_TICKS(100, 10));
	tap_status(root_replace(environment_slot("root"), "console", "console2"), OK);
	unsigned before = printed;
	while (printed < before + 3)
		thread_pause(IPC_TICKS(100, 10));
	enough = true;
	tap_equal(lost, 0);
	tap_status(control_version(console, &version), OK);
	tap_equal(version, 2);
}

int
main(void)
{
	console = environment_slot("console");
	timer = environment_slot("timer");
	bell = slot_take();
	tap_status(call_notification_create(bell), OK);
	test_time();
	test_input();
	test_output();
	tap_done();
}
