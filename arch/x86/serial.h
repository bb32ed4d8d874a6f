/* SPDX-License-Identifier: BSD-2-Clause */
/* COM1: the console. */
#pragma once

#include "core/types.h"

#define SERIAL_PORT	0x3f8
#define SERIAL_PORTS	8
#define SERIAL_ISA_LINE	4

/* Output from now on; nothing happens without a UART. */
void serial_init(void);

/* Input by interrupt from now on, unless the command line leaves the UART to user level. */
void serial_receive_init(void);

/* True while the UART's input, interrupt line and ports are the kernel's. */
bool serial_is_kernels(void);

/* Its interrupt: take what has arrived. */
void serial_receive(void);
