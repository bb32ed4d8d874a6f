/* SPDX-License-Identifier: BSD-2-Clause */
/* Messages of the kernel on the console: one write a line, so that lines of the kernel and of programs do not mix. */
#include "core/arch.h"
#include "core/log.h"

#define LOG_LINE_BYTES	240

void
log_list(const char *prefix, const char *f, va_list arguments)
{
	char line[LOG_LINE_BYTES + 1];
	size_t length = format(line, sizeof(line), "%s", prefix);

	length += format_list(line + length, sizeof(line) - length, f, arguments);
	if (length > LOG_LINE_BYTES - 1)
		length = LOG_LINE_BYTES - 1;
	line[length] = '\n';
	arch_console_write(line, length + 1);
}

void
log_line(const char *f, ...)
{
	va_list arguments;

	va_start(arguments, f);
	log_list("janus: ", f, arguments);
	va_end(arguments);
}

void
log_text(const char *text, size_t bytes)
{
	arch_console_write(text, bytes);
}
