/* SPDX-License-Identifier: BSD-2-Clause */
#define BYTES 1048576
#include "../l4_strings.h"
