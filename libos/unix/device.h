/* SPDX-License-Identifier: BSD-2-Clause */
/* The manager's devices. */
#pragma once

#include <stdint.h>

uint64_t wall_read(void);	/* nanoseconds from 1970 to the beginning of host_clock; 0: there is no clock */
void console_begin(void);	/* without the kernel's option console=user there is no input */
void console_poll(void);	/* what was typed goes to the core */
