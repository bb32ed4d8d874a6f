/* SPDX-License-Identifier: BSD-2-Clause */
/* Failure injection: which allocation fails next. */
#include "check.h"

u64 check_fail_countdown;

u64
check_fail_after(u64 n)
{
	u64 left = check_fail_countdown;

	check_fail_countdown = n;
	return left;
}
