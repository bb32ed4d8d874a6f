/* SPDX-License-Identifier: BSD-2-Clause */
/* The console: characters are kept until their line is complete, so that lines of several programs do not mix, and each costs one call. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <janus/rt.h>
#include "tiny.h"

#define LINE	240

static char line[LINE];
static size_t length;

static void
put(char c)
{
	line[length++] = c;
	if (c == '\n' || length == LINE) {
		console_write(line, length);
		length = 0;
	}
}

void
console_put(const char *format, ...)
{
	char text[LINE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof(text), format, arguments);
	va_end(arguments);
	for (const char *at = text; *at; at++)
		put(*at);
}
