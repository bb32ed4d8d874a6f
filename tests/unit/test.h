/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A unit-test program: cmocka's headers in the order it wants, and its main.  A panic of core fails the test, unless the call is
 * inside assert_panics.
 */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include "check.h"
#include "fake/machine.h"
#include "fake/personality.h"
#include "unit.h"

/* TAP on standard output. */
int test_main(const char *name, const struct CMUnitTest *tests, size_t count);

/* CALL must end in panic() or boot_refuse(); the text is in panic_text then. */
#define assert_panics(call) do {						\
	jmp_buf jump;							\
	panic_jump = &jump;						\
	if (!setjmp(jump)) {						\
		(void)(call);						\
		panic_jump = NULL;					\
		fail_msg("%s did not panic", #call);			\
	}								\
} while (0)

extern jmp_buf *panic_jump;
extern char panic_text[512];
