/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of the kernel by its own bug, and by what it was given at boot. */
#pragma once

#include "core/types.h"

/* A kernel bug: cause, thread, registers, symbolised backtrace, exit code EXIT_PANIC.  Nothing that user level does may lead here. */
void NORETURN panic(const char *f, ...) PRINTF_LIKE(1, 2);

/* The same for an exception in kernel code: registers and backtrace are TRAP's. */
struct trap_frame;
void NORETURN panic_trap(const struct trap_frame *trap, const char *f, ...) PRINTF_LIKE(2, 3);

/* The machine or the boot archive is not usable: one line "janus: cannot boot: ..." that names the thing and what to do; exit code EXIT_BOOT. */
void NORETURN boot_refuse(const char *f, ...) PRINTF_LIKE(1, 2);

/* True in every build: states what the following code relies on.  For cheap tests; costly ones belong to check.h. */
#define kassert(condition) \
	((condition) ? (void)0 : panic("%s:%d: %s does not hold: %s", __FILE__, __LINE__, __func__, #condition))
