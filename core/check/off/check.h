/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel self-checks: not built.  The twin in core/check/on makes them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define CHECK_OPTION			/* no option of the command line */

static inline void
check_init(void)
{
}

static inline void
check_after_call(void)
{
}

static inline void
check_touch(uint32_t kind, const void *object)
{
}

static inline void
check_forget(const void *object)
{
}

static inline void
check_at_end(void)
{
}

static inline void
check_all(void)
{
}

static inline uint64_t
check_fail_after(uint64_t n)
{
	return ~(uint64_t)0;		/* no number that was ever given: this kernel lets nothing fail */
}

static inline bool
check_fail_now(void)
{
	return false;
}

static inline bool
check_fail_set(void)
{
	return false;
}

static inline uint32_t
check_preempt(void)
{
	return 0;
}

#define check_that(condition) ((void)sizeof(condition))
