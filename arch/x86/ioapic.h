/* SPDX-License-Identifier: BSD-2-Clause */
/* The IOAPICs.  Lines are global system interrupts; line n interrupts at VECTOR_LINE + n. */
#pragma once

#include "core/types.h"

/* All lines masked; bootinfo.irq_lines and ioapics set. */
void ioapic_init(void);

/* The line that ISA interrupt ISA arrives at; false: there is none. */
bool ioapic_isa_line(unsigned isa, u32 *line);

/* Set up and unmask it, for the kernel itself. */
void ioapic_isa_open(unsigned isa);
