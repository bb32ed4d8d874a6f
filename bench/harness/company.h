/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Other threads, so that no row is measured on a machine with only one: they exist, have state, and sleep throughout.
 * Where a personality has calls for it, company/<p>/company.c starts them.
 */
#pragma once

/* The state of a thread that has computed is live from here on: the kernel has it to switch, as with any program. */
static inline void
floating_point_use(void)
{
	volatile double x = 1.0;

	x = x / 3.0;
}

void company_start(void);
