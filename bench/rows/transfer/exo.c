/* SPDX-License-Identifier: BSD-2-Clause */
#include "../transfer_exo.h"

const struct benchmark benchmark = { .setup = transfer_setup, .run = transfer_run };
