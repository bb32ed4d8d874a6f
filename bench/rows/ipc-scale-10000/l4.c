/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_crowd.h"

static void
setup(void)
{
	partner_start(true, crowd_server);
	crowd_start(10000);
}

const struct benchmark benchmark = { .setup = setup, .run = run };
