/* SPDX-License-Identifier: BSD-2-Clause */
#include "../neighbours_exo.h"
#include "../page_fault_exo.h"

static void
setup(void)
{
	fault_setup();
	neighbours_begin(0);
}

const struct benchmark benchmark = { .setup = setup, .prepare = neighbours_turn, .run = fault_run, .teardown = fault_teardown, .batch = 100 };
