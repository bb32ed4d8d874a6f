/* SPDX-License-Identifier: BSD-2-Clause */
/* Failure injection: which allocation fails next. */
#include "check.h"

u64 check_fail_countdown;

void
check_fail_after(u64 n)
{
	check_fail_countdown = n;
}
