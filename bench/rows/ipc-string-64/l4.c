/* SPDX-License-Identifier: BSD-2-Clause */
#define BYTES 64
#include "../l4_strings.h"
