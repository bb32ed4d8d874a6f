/* SPDX-License-Identifier: BSD-2-Clause */
/* What an interrupt vector leads to. */
#include "arch/x86/acpi.h"
#include "arch/x86/interrupt.h"
#include "arch/x86/lapic.h"
#include "arch/x86/serial.h"
#include "arch/x86/vectors.h"
#include "core/arch.h"
#include "core/cpu.h"
#include "core/irq.h"

static void
line_fired(u32 line)
{
	if (!irq_deliver(line) && serial_is_kernels() && line == acpi.isa[SERIAL_ISA_LINE].line)
		serial_receive();
}

/* A level line is masked by irq_deliver before it is acknowledged here, so that it does not come again at once. */
void
interrupt_dispatch(unsigned vector)
{
	if (vector == VECTOR_TIMER) {
		lapic_acknowledge();
		timeout_expire(&this_cpu()->timeouts);
	} else if (vector >= VECTOR_LINE && vector < VECTOR_TIMER) {
		line_fired(vector - VECTOR_LINE);
		lapic_acknowledge();
	}
}

bool
timer_tick(void)
{
	lapic_acknowledge();
	return timeout_early(&this_cpu()->timeouts);
}

void
timer_work(void)
{
	timeout_expire(&this_cpu()->timeouts);
}

void
arch_idle(void)
{
	__asm__ volatile("sti; hlt; cli" : : : "memory");
}
