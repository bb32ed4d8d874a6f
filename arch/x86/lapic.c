/* SPDX-License-Identifier: BSD-2-Clause */
/* The local APIC, by its memory-mapped registers (xAPIC mode). */
#include "arch/x86/cpuid.h"
#include "arch/x86/instructions.h"
#include "arch/x86/lapic.h"
#include "arch/x86/paging.h"
#include "arch/x86/vectors.h"
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/panic.h"
#include <janus/marker.h>

/* Registers, as indices of 32-bit words; each stands alone in 16 bytes. */
enum {
	ID = 0x020 / 4,
	TASK_PRIORITY = 0x080 / 4,
	ACKNOWLEDGE = 0x0b0 / 4,
	SPURIOUS = 0x0f0 / 4,
	REQUESTED = 0x200 / 4,		/* eight words, 32 vectors each */
	TIMER = 0x320 / 4,
	LINT0 = 0x350 / 4,
	LINT1 = 0x360 / 4,
	ERROR = 0x370 / 4,
	TIMER_COUNT = 0x380 / 4,
	TIMER_LEFT = 0x390 / 4,
	TIMER_DIVIDE = 0x3e0 / 4,

	ENABLED = 1 << 8,		/* in SPURIOUS */
	NMI = 4 << 8,			/* in an interrupt source */
	MASKED = 1 << 16,
	TSC_DEADLINE = 2 << 17,		/* in TIMER; else one-shot */
	DIVIDE_BY_1 = 0xb,
};

#define APIC_BASE_X2APIC	(1ul << 10)
#define APIC_BASE_ENABLED	(1ul << 11)

/* Firmware may have left x2APIC mode on, whose only way out is through disabled. */
static void
leave_x2apic(void)
{
	u64 base = read_msr(MSR_APIC_BASE);

	if (base & APIC_BASE_X2APIC)
		write_msr(MSR_APIC_BASE, base & ~(APIC_BASE_X2APIC | APIC_BASE_ENABLED));
	write_msr(MSR_APIC_BASE, (base & ~APIC_BASE_X2APIC) | APIC_BASE_ENABLED);
}

static volatile u32 *
registers(void)
{
	return device_memory(bootinfo.local_apic);
}

void
lapic_init(void)
{
	if (!cpu_has(CPU_APIC))
		boot_refuse("this processor has no local APIC; switch it on in the firmware's setup");
	leave_x2apic();
	registers()[SPURIOUS] = ENABLED | VECTOR_SPURIOUS;
	registers()[TASK_PRIORITY] = 0;
	registers()[LINT0] = MASKED;
	registers()[LINT1] = NMI;
	registers()[ERROR] = MASKED;
	registers()[TIMER_DIVIDE] = DIVIDE_BY_1;
	lapic_timer_mode(false);
	lapic_acknowledge();
}

u32
lapic_id(void)
{
	return registers()[ID] >> 24;
}

void
lapic_acknowledge(void)
{
	registers()[ACKNOWLEDGE] = 0;
}

void
lapic_timer_mode(bool tsc_deadline)
{
	registers()[TIMER] = VECTOR_TIMER | (tsc_deadline ? TSC_DEADLINE : 0);
}

void
lapic_timer_start(u32 count)
{
	registers()[TIMER_COUNT] = count;
}

u32
lapic_timer_left(void)
{
	return registers()[TIMER_LEFT];
}

/* A look breaks the stretch that an interrupt may have to wait for.  The first word has the exceptions' vectors, which are never requested. */
bool
arch_interrupt_pending(void)
{
	volatile u32 *requested = &registers()[REQUESTED];

	for (unsigned word = VECTOR_PIC / 32; word < 8; word++)
		if (requested[word * 4])
			return true;
	MARKER(MARKER_LOOK);
	return false;
}
