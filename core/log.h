/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of the kernel on the console, one line each, and the kernel's printf. */
#pragma once

#include <stdarg.h>
#include "core/types.h"

/* %d %i %u %x %p %s %c %% with l, ll, z, width, 0 and -; always terminated; returns the length that was needed. */
int format(char *buffer, size_t size, const char *format, ...) PRINTF_LIKE(3, 4);
int format_list(char *buffer, size_t size, const char *format, va_list arguments);

/* "janus: " is put before, a newline behind.  Lines longer than 240 bytes are cut. */
void log_line(const char *format, ...) PRINTF_LIKE(1, 2);

/* Unadorned text, for consoles of user programs. */
void log_text(const char *text, size_t bytes);
