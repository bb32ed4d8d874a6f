/* SPDX-License-Identifier: BSD-2-Clause */
#include "../exception_exo.h"
#include "../neighbours_exo.h"

static void
setup(void)
{
	exception_setup();
	neighbours_begin(0);
}

const struct benchmark benchmark = { .setup = setup, .prepare = neighbours_turn, .run = exception_run, .teardown = exception_teardown, .batch = 100 };
