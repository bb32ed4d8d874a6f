/* SPDX-License-Identifier: BSD-2-Clause */
#include "../transfer_exo.h"
#include "../neighbours_exo.h"

static void
setup(void)
{
	transfer_setup();
	neighbours_begin((uintptr_t)client_entry);
}

const struct benchmark benchmark = { .setup = setup, .prepare = neighbours_turn, .run = transfer_run, .batch = 100 };
