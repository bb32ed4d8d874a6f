/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine around the CPU: memory types, interrupt controllers, clock, console input. */
#include "arch/x86/clock.h"
#include "arch/x86/ioapic.h"
#include "arch/x86/lapic.h"
#include "arch/x86/pagetable.h"
#include "arch/x86/pic.h"
#include "arch/x86/serial.h"
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/log.h"

void
arch_init(void)
{
	pagetable_init();		/* memory types, what all spaces share */
	pic_init();			/* silent */
	lapic_init();
	ioapic_init();			/* all lines masked */
	clock_init();
	serial_receive_init();
	log_line("clock %lu.%03lu MHz, %u interrupt lines", bootinfo.clock_hz / 1000000, bootinfo.clock_hz / 1000 % 1000,
		 bootinfo.irq_lines);
	if (bootinfo.cpus > 1)
		log_line("%u of %u CPUs stay parked: this kernel runs on one", bootinfo.cpus - 1, bootinfo.cpus);
}
