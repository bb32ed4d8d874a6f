/* SPDX-License-Identifier: BSD-2-Clause */
#include "../exception_exo.h"

const struct benchmark benchmark = { .setup = exception_setup, .run = exception_run, .teardown = exception_teardown };
