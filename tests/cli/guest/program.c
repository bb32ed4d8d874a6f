/* SPDX-License-Identifier: BSD-2-Clause */
/* The stand-in guest's user program: it never ends, two calls deep. */

static volatile int for_ever = 1;

static void __attribute__((noinline))
turn(void)
{
	while (for_ever)
		asm volatile("pause");
}

static void __attribute__((noinline))
work(void)
{
	turn();
	asm volatile("");
}

void
_start(void)
{
	work();
	asm volatile("");
}
