/* SPDX-License-Identifier: BSD-2-Clause */
#define ASLEEP 10
#include "../wait_time.h"
