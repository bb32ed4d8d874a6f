/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Console and end of a program: those of the servers that it was given, else the kernel's.  A console server that died meanwhile has a
 * successor at the same endpoint, so what it did not take is offered again.
 */
#include <janus/rt.h>
#include <janus/stubs.h>
#include <l4/rpc.h>
#include <l4/thread.h>
#include <servers/console.h>
#include <servers/root.h>

#define ATTEMPTS	3
#define PIECE		2048		/* bytes of a request; the server has room for more */
#define PAUSE		IPC_TICKS(1000ul, 10)	/* while the device prints */

static enum status
piece_put(uint64_t console, const char *text, size_t bytes, uint64_t *taken)
{
	enum status status = ERR_CANCELLED;

	for (int i = 0; i < ATTEMPTS && status == ERR_CANCELLED; i++)
		status = console_put(console, text, bytes, taken);
	return status;
}

void
console_write(const char *text, size_t bytes)
{
	uint64_t console = environment_slot("console"), taken;

	while (console && bytes && piece_put(console, text, bytes < PIECE ? bytes : PIECE, &taken) == OK && taken <= bytes) {
		text += taken;
		bytes -= taken;
		if (!taken)
			thread_pause(PAUSE);
	}
	log_write(text, bytes);
}

void
program_end(int code)
{
	uint64_t root = environment_slot("root");

	if (root)
		root_exit(root, (uint64_t)code);
	else
		call_machine_exit((uint64_t)code);
}
