/* SPDX-License-Identifier: BSD-2-Clause */
/* A clock that moves only by what a test makes it move, and by READING whenever it is read. */
#pragma once

#include <stdint.h>

#define READING		3

extern int64_t fake_now;

static inline int64_t
clock_read(void)
{
	return fake_now += READING;
}
