/* SPDX-License-Identifier: BSD-2-Clause */
/* The serial port, a 16550, by the port capability that init gave. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <exo/pool.h>

/* PORTS are its eight ports, the first of which is FIRST.  It interrupts from now on when something was typed. */
void uart_begin(struct page_token ports, unsigned first);

/* Before uart_begin: to the kernel's console. */
void uart_put(const char *text, size_t bytes);

/* False: nothing more was typed, or there is no port. */
bool uart_get(char *c);
