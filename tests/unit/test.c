/* SPDX-License-Identifier: BSD-2-Clause */
/* Test programs: core's panics become cmocka's failures. */
#include <stdio.h>
#include <stdlib.h>
#include "test.h"

jmp_buf *panic_jump;
char panic_text[512];

void
unit_panic(const char *text)
{
	jmp_buf *jump = panic_jump;

	panic_jump = NULL;
	snprintf(panic_text, sizeof(panic_text), "%s", text);
	if (jump)
		longjmp(*jump, 1);
	fail_msg("%s", panic_text);
	abort();		/* not reached: cmocka has jumped to its runner */
}

int
test_main(const char *name, const struct CMUnitTest *tests, size_t count)
{
	cmocka_set_message_output(CM_OUTPUT_TAP);
	return _cmocka_run_group_tests(name, tests, count, NULL, NULL);
}
