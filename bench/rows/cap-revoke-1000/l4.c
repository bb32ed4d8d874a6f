/* SPDX-License-Identifier: BSD-2-Clause */
#define COPIES	1000
#include "../revocation.h"
