/* SPDX-License-Identifier: BSD-2-Clause */
#define PAGES	1
#define BATCH	400
#include "../unbind.h"
