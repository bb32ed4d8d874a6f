/* SPDX-License-Identifier: BSD-2-Clause */
#define BYTES	PIPE_LIMIT
#define BATCH	4
#include "../l4_pipe_rpc.h"
