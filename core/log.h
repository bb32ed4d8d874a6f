/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of the kernel on the console, one line each, and the kernel's printf. */
#pragma once

#include <stdarg.h>
#include "core/types.h"

/* %d %i %u %x %p %s %c %% with l, z, width and the flags 0 - + #; always terminated; returns the length that was needed. */
int format(char *buffer, size_t size, const char *f, ...) PRINTF_LIKE(3, 4);
int format_list(char *buffer, size_t size, const char *f, va_list arguments);

/* "janus: " is put before, a newline behind.  Lines longer than 240 bytes are cut. */
void log_line(const char *f, ...) PRINTF_LIKE(1, 2);

/* Unadorned text, for consoles of user programs. */
void log_text(const char *text, size_t bytes);

/* log_line with a list, behind PREFIX. */
void log_list(const char *prefix, const char *f, va_list arguments);
