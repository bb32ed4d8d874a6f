/* SPDX-License-Identifier: BSD-2-Clause */
/* Output: formatted by musl. */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <janus/rt.h>

#define LINE		512	/* formatted without asking the heap */

/* What does not fit in LINE is formatted again, into the heap; without memory it is cut. */
int
vprintf(const char *format, va_list arguments)
{
	char line[LINE];
	va_list again;

	va_copy(again, arguments);
	int length = vsnprintf(line, sizeof(line), format, arguments);
	char *text = length >= LINE ? malloc((size_t)length + 1) : NULL;
	if (text)
		vsnprintf(text, (size_t)length + 1, format, again);
	va_end(again);
	if (length > 0)
		console_write(text ? text : line, text || length < LINE ? (size_t)length : LINE - 1);
	free(text);
	return length;
}

int
printf(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	int length = vprintf(format, arguments);
	va_end(arguments);
	return length;
}

/* One write, so that lines of several threads do not mix. */
int
puts(const char *text)
{
	return printf("%s\n", text) < 0 ? EOF : 0;
}

int
putchar(int c)
{
	char byte = (char)c;

	console_write(&byte, 1);
	return (unsigned char)byte;
}
