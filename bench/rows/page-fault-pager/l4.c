/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_fault.h"

const struct benchmark benchmark = { .setup = fault_setup, .prepare = fault_prepare, .run = fault_run, .batch = FAULT_BATCH };
