/* SPDX-License-Identifier: BSD-2-Clause */
#define BYTES 0
#include "../l4_strings.h"
