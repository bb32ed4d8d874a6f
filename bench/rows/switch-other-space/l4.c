/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_yield.h"

static void
setup(void)
{
	partner_start(true, other);
}

const struct benchmark benchmark = { .setup = setup, .run = yield_run, .teardown = yield_teardown };
