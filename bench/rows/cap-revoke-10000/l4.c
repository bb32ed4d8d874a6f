/* SPDX-License-Identifier: BSD-2-Clause */
#define COPIES	10000
#include "../revocation.h"
