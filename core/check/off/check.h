/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel self-checks: not built.  The twin in core/check/on makes them. */
#pragma once

static inline void
check_after_call(void)
{
}

static inline void
check_all(void)
{
}

#define check(condition) ((void)sizeof(condition))
