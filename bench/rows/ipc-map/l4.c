/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_map.h"

const struct benchmark benchmark = { .setup = map_setup, .prepare = map_prepare, .run = map_run };
