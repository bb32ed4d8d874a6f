/* SPDX-License-Identifier: BSD-2-Clause */
/* Console and end of a program in a system without servers. */
#include <janus/rt.h>
#include <janus/stubs.h>

void
console_write(const char *text, size_t bytes)
{
	log_write(text, bytes);
}

void
program_end(int code)
{
	call_machine_exit((uint64_t)code);
}
