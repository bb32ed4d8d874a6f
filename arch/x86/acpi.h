/* SPDX-License-Identifier: BSD-2-Clause */
/* What the interrupt controllers' drivers need of ACPI's MADT.  Filled at boot, constant afterwards. */
#pragma once

#include "core/types.h"

#define ACPI_IOAPICS	16
#define ISA_LINES	16

struct acpi {
	unsigned ioapics;
	struct acpi_ioapic {
		paddr_t base;
		u32 first_line;
	} ioapic[ACPI_IOAPICS];

	/* Where the ISA interrupts arrive: line n, active high, edge, unless the firmware says otherwise. */
	struct acpi_isa {
		u32 line;
		bool low, level;
	} isa[ISA_LINES];
};

extern struct acpi acpi;
