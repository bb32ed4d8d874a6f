/* SPDX-License-Identifier: BSD-2-Clause */
/* A program at the same address as the stand-in guest's, with other code. */

static volatile int counter;

void
_start(void)
{
	for (;;)
		counter++;
}
