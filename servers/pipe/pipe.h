/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include <stdint.h>

#define PIPE_BYTES	(64ul << 10)

/* Serve the pipe at ENDPOINT until the end. */
void pipe_run(uint64_t endpoint);
