/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_unmap.h"

const struct benchmark benchmark = { .setup = unmap_setup, .prepare = unmap_prepare, .run = unmap_run };
