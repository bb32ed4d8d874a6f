/* SPDX-License-Identifier: BSD-2-Clause */
/* The object that capabilities of rows are to: the smallest that user level can make. */
#pragma once

#include <janus/kinds.h>
#include <probe/stubs.h>

#define OBJECT_KIND	KIND_PERSONALITY	/* a timer */

static inline enum status
object_create(uint64_t into)
{
	return call_timer_create(into);
}
