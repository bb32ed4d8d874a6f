/* SPDX-License-Identifier: BSD-2-Clause */
#include "../page_fault_exo.h"

const struct benchmark benchmark = { .setup = fault_setup, .run = fault_run, .teardown = fault_teardown, .batch = 100 };
