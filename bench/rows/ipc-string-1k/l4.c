/* SPDX-License-Identifier: BSD-2-Clause */
#define BYTES 1024
#include "../l4_strings.h"
