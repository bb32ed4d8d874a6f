/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The IOAPICs: where interrupt lines come in.  A register is reached by writing its number to one word and reading or writing
 * another; a line has two, of which the low one says how and to which vector, the high one to which CPU.
 */
#include "arch/x86/acpi.h"
#include "arch/x86/ioapic.h"
#include "arch/x86/lapic.h"
#include "arch/x86/paging.h"
#include "arch/x86/serial.h"
#include "arch/x86/vectors.h"
#include "core/arch.h"
#include "core/bootinfo.h"

enum {
	SELECT = 0x00 / 4,
	DATA = 0x10 / 4,

	VERSION = 0x01,			/* registers */
	PIN = 0x10,			/* two a pin */

	ACTIVE_LOW = 1 << 13,
	LEVEL = 1 << 15,
	MASKED = 1 << 16,
};

static u32 pins[ACPI_IOAPICS];

static u32
read(unsigned ioapic, u32 reg)
{
	volatile u32 *words = device_memory(acpi.ioapic[ioapic].base);

	words[SELECT] = reg;
	return words[DATA];
}

static void
write(unsigned ioapic, u32 reg, u32 value)
{
	volatile u32 *words = device_memory(acpi.ioapic[ioapic].base);

	words[SELECT] = reg;
	words[DATA] = value;
}

/* The IOAPIC and the low register of LINE; false: it has none, or no vector. */
static bool
find(u32 line, unsigned *ioapic, u32 *reg)
{
	for (unsigned i = 0; i < acpi.ioapics && line < VECTOR_LINES; i++) {
		u32 pin = line - acpi.ioapic[i].first_line;

		if (pin >= pins[i])
			continue;
		*ioapic = i;
		*reg = PIN + 2 * pin;
		return true;
	}
	return false;
}

void
ioapic_init(void)
{
	bootinfo.ioapics = acpi.ioapics;
	for (unsigned i = 0; i < acpi.ioapics; i++) {
		u32 first = acpi.ioapic[i].first_line;

		pins[i] = (read(i, VERSION) >> 16 & 0xff) + 1;
		for (u32 pin = 0; pin < pins[i]; pin++)
			write(i, PIN + 2 * pin, MASKED);
		if (first < VECTOR_LINES && first + pins[i] > bootinfo.irq_lines)
			bootinfo.irq_lines = first + pins[i] < VECTOR_LINES ? first + pins[i] : VECTOR_LINES;
	}
}

/* What the firmware says of the ISA interrupt that arrives at LINE; NULL for any other. */
static const struct acpi_isa *
isa_at(u32 line)
{
	for (unsigned i = 0; i < ISA_LINES; i++)
		if (acpi.isa[i].line == line)
			return &acpi.isa[i];
	return NULL;
}

/* Masked, to this CPU.  ISA interrupts are active high unless the firmware says otherwise, all others low when level. */
static enum status
setup(u32 line, bool level)
{
	const struct acpi_isa *isa = isa_at(line);
	bool low = isa ? isa->low : level;
	unsigned ioapic;
	u32 reg;

	if (!find(line, &ioapic, &reg))
		return ERR_BAD_VALUE;
	write(ioapic, reg + 1, lapic_id() << 24);
	write(ioapic, reg, MASKED | (level ? LEVEL : 0) | (low ? ACTIVE_LOW : 0) | (VECTOR_LINE + line));
	return OK;
}

static void
set_masked(u32 line, u32 masked)
{
	unsigned ioapic;
	u32 reg;

	if (find(line, &ioapic, &reg))
		write(ioapic, reg, (read(ioapic, reg) & ~MASKED) | masked);
}

bool
ioapic_isa_line(unsigned isa, u32 *line)
{
	unsigned ioapic;
	u32 reg;

	*line = acpi.isa[isa].line;
	return find(*line, &ioapic, &reg);
}

void
ioapic_isa_open(unsigned isa)
{
	if (setup(acpi.isa[isa].line, acpi.isa[isa].level) == OK)
		arch_irq_unmask(acpi.isa[isa].line);
}

u32
arch_irq_lines(void)
{
	return bootinfo.irq_lines;
}

enum status
arch_irq_setup(u32 line, bool level)
{
	if (serial_is_kernels() && line == acpi.isa[SERIAL_ISA_LINE].line)
		return ERR_EXISTS;
	return setup(line, level);
}

void
arch_irq_mask(u32 line)
{
	set_masked(line, MASKED);
}

void
arch_irq_unmask(u32 line)
{
	set_masked(line, 0);
}
