/* SPDX-License-Identifier: BSD-2-Clause */
#define BYTES	8
#define BATCH	100
#include "../l4_pipe_map.h"
