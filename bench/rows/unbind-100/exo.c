/* SPDX-License-Identifier: BSD-2-Clause */
#define PAGES	100
#define BATCH	5
#include "../unbind.h"
