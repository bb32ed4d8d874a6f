/* SPDX-License-Identifier: BSD-2-Clause */
#define TIMEOUTS 10ul
#include "../timeout_insert.h"
