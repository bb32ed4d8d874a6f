/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_notify.h"

const struct benchmark benchmark = { .setup = notify_setup, .run = notify_run };
