/* SPDX-License-Identifier: BSD-2-Clause */
/* How the kernel ends when it must: by a bug of its own, or because it was given nothing to run. */
#include "core/arch.h"
#include "core/cpu.h"
#include "core/log.h"
#include "core/panic.h"
#include "core/symbols.h"
#include <janus/bootinfo.h>

#define BACKTRACE_LIMIT	24

static bool panicking;

static void
log_address(vaddr_t pc)
{
	u64 offset;
	const char *name = symbol_find(pc, &offset);

	if (name)
		log_line("  %#018lx %s+%#lx", pc, name, offset);
	else
		log_line("  %#018lx", pc);
}

static void
log_thread(const struct thread *t)
{
	if (!t) {
		log_line("no thread: the kernel is starting");
		return;
	}
	log_line("thread %lu \"%s\" of space \"%s\", user ip %#lx", t->id, t->name, t->space ? t->space->name : "none", t->regs.rip);
}

static void NORETURN
panic_end(const struct trap_frame *trap, const char *f, va_list arguments)
{
	if (panicking)
		arch_exit(EXIT_PANIC);		/* the description itself ran into a bug: what is printed must do */
	panicking = true;
	log_list("janus: panic: ", f, arguments);
	log_thread(current_thread());
	if (trap)
		arch_trap_describe(trap);
	log_line("backtrace:");
	arch_backtrace(trap, log_address, BACKTRACE_LIMIT);
	arch_exit(EXIT_PANIC);
}

void
panic(const char *f, ...)
{
	va_list arguments;

	va_start(arguments, f);
	panic_end(NULL, f, arguments);
}

void
panic_trap(const struct trap_frame *trap, const char *f, ...)
{
	va_list arguments;

	va_start(arguments, f);
	panic_end(trap, f, arguments);
}

void
boot_refuse(const char *f, ...)
{
	va_list arguments;

	va_start(arguments, f);
	log_list("janus: cannot boot: ", f, arguments);
	va_end(arguments);
	arch_exit(EXIT_BOOT);
}
