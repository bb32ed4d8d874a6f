/* SPDX-License-Identifier: BSD-2-Clause */
/* The ends of a program.  In the first space the machine ends with it, elsewhere its thread. */
#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <janus/rt.h>
#include <janus/stubs.h>

void
exit(int code)
{
	program_end(code);
	call_thread_exit();
	__builtin_trap();		/* a kernel that has neither call */
}

void
abort(void)
{
	exit(EXIT_FAILURE);
}

void
__assert_fail(const char *condition, const char *file, int line, const char *function)
{
	printf("%s:%d: %s: assertion does not hold: %s\n", file, line, function, condition);
	abort();
}
