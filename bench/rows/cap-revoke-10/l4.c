/* SPDX-License-Identifier: BSD-2-Clause */
#define COPIES	10
#include "../revocation.h"
