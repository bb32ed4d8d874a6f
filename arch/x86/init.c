/* SPDX-License-Identifier: BSD-2-Clause */
/* The machine around the CPU: memory types, interrupt controllers, clock, console input, random numbers. */
#include "arch/x86/acpi.h"
#include "arch/x86/clock.h"
#include "arch/x86/cpuid.h"
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

static bool
in_pages(paddr_t pa, paddr_t base, u64 pages)
{
	return (pa >> PAGE_SHIFT) - (base >> PAGE_SHIFT) < pages;
}

bool
arch_kernel_device(paddr_t base, u64 pages)
{
	if (in_pages(bootinfo.local_apic, base, pages))
		return true;
	for (unsigned i = 0; i < acpi.ioapics; i++)
		if (in_pages(acpi.ioapic[i].base, base, pages))
			return true;
	return false;
}

bool
arch_random(u64 *out)
{
	for (unsigned tries = cpu_has(CPU_RDRAND) ? 10 : 0; tries; tries--) {
		bool good;

		__asm__ volatile("rdrand %0" : "=r"(*out), "=@ccc"(good));
		if (good)
			return true;
	}
	return false;
}
