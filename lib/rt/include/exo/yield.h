/* SPDX-License-Identifier: BSD-2-Clause */
/* The calls that have no generated stub, because they keep no registers. */
#pragma once

#include <stdint.h>
#include <janus/status.h>

/* The environment runs for the rest of the caller's slice, and the caller at its own turn or when somebody yields to it. */
enum status yield_to(uint64_t name);
