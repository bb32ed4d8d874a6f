/* SPDX-License-Identifier: BSD-2-Clause */
#define COPIES	1
#include "../revocation.h"
