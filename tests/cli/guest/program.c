/* SPDX-License-Identifier: BSD-2-Clause */
/* The stand-in guest's user program: it never ends, two calls deep. */

static void __attribute__((noinline))
turn(void)
{
	for (;;)
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
