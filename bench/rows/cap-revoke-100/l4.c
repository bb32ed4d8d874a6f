/* SPDX-License-Identifier: BSD-2-Clause */
#define COPIES	100
#include "../revocation.h"
