/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel self-checks: not built.  The twin in core/check/on makes them. */
#pragma once

#include <stdbool.h>

static inline void
check_after_call(void)
{
}

static inline void
check_all(void)
{
}

static inline bool
check_fail_now(void)
{
	return false;
}

#define check(condition) ((void)sizeof(condition))
