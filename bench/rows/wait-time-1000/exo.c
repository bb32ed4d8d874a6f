/* SPDX-License-Identifier: BSD-2-Clause */
#define ASLEEP 1000
#include "../wait_time.h"
