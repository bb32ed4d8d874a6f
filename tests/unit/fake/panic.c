/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kernel bugs on the host: the message, then unit_panic, which a test program turns into a failed test (unless inside
 * assert_panics) and a fuzz target into an abort.  Weak, so that a test of core/panic.c can link that.
 */
#include <stdarg.h>
#include <stdio.h>
#include "core/panic.h"
#include "unit.h"

static void NORETURN
report(const char *kind, const char *format, va_list arguments)
{
	char text[512];
	int used = snprintf(text, sizeof(text), "%s: ", kind);

	vsnprintf(text + used, sizeof(text) - used, format, arguments);
	unit_panic(text);
}

__attribute__((weak)) void NORETURN
panic(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report("panic", format, arguments);
}

__attribute__((weak)) void NORETURN
panic_trap(const struct trap_frame *trap, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report("panic in trap", format, arguments);
}

__attribute__((weak)) void NORETURN
boot_refuse(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	report("cannot boot", format, arguments);
}
