/* SPDX-License-Identifier: BSD-2-Clause */
/* The end of the machine: QEMU's isa-debug-exit device ends it with a code; a machine without one halts. */
#include "arch/x86/boot/loader.h"
#include "arch/x86/instructions.h"
#include "core/arch.h"
#include "core/log.h"

void
arch_exit(int code)
{
	log_line("exit %d", code);
	out8(DEBUG_EXIT_PORT, 0x10 + code);
	for (;;)
		__asm__ volatile("cli; hlt");
}
