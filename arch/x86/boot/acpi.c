/* SPDX-License-Identifier: BSD-2-Clause */
/* The few ACPI tables that boot needs: MADT (processors, interrupt controllers) and HPET.  Static tables only, no AML. */
#include "arch/x86/acpi.h"
#include "arch/x86/boot/boot.h"
#include "core/bootinfo.h"
#include "core/log.h"

#define TABLE_LIMIT	(1u << 20)	/* bytes; real tables of these kinds have a few hundred */
#define LOCAL_APIC	0xfee00000	/* where it is when no table says otherwise */

struct rsdp {
	char signature[8];
	u8 checksum;
	char oem[6];
	u8 revision;
	u32 rsdt;
	u32 bytes;			/* from here on: revision 2 */
	u64 xsdt;
	u8 checksum2;
	u8 reserved[3];
} __attribute__((packed));
#define RSDP_BYTES_OLD	20

struct table {
	char signature[4];
	u32 bytes;
	u8 revision, checksum;
	char oem[6], oem_table[8];
	u32 oem_revision, creator, creator_revision;
} __attribute__((packed));

struct madt {
	struct table table;
	u32 local_apic;
	u32 flags;
} __attribute__((packed));

struct hpet {
	struct table table;
	u32 block;
	u8 address_space, width, offset, access;
	u64 base;
} __attribute__((packed));

enum madt_type {
	MADT_LOCAL_APIC = 0,
	MADT_IOAPIC = 1,
	MADT_OVERRIDE = 2,
	MADT_LOCAL_APIC_ADDRESS = 5,
	MADT_LOCAL_X2APIC = 9,
};

/* Every entry of a MADT: what follows depends on its type, and is there only when `bytes` says so. */
struct madt_entry {
	u8 type, bytes;
	union {
		struct { u8 processor, id; u32 flags; } __attribute__((packed)) local_apic;
		struct { u8 id, reserved; u32 base, first_line; } __attribute__((packed)) ioapic;
		struct { u8 bus, source; u32 line; u16 flags; } __attribute__((packed)) override;
		struct { u16 reserved; u64 base; } __attribute__((packed)) local_apic_address;
		struct { u16 reserved; u32 id, flags; } __attribute__((packed)) local_x2apic;
	} __attribute__((packed));
} __attribute__((packed));
#define ENTRY_BYTES(member)	(2 + sizeof(((struct madt_entry *)0)->member))

#define PROCESSOR_USABLE	3	/* enabled, or can be */

struct acpi acpi;

static bool
sums_to_zero(const void *p, u32 bytes)
{
	const u8 *byte = p;
	u8 sum = 0;

	while (bytes--)
		sum += *byte++;
	return sum == 0;
}

/* The table at PA, wholly within reach and with the right sum; NULL: there is none of SIGNATURE. */
static const struct table *
table_at(paddr_t pa, const char *signature)
{
	const struct table *t = boot_window(pa, sizeof(*t));

	if (!t || __builtin_memcmp(t->signature, signature, 4) || t->bytes < sizeof(*t) || t->bytes > TABLE_LIMIT)
		return NULL;
	t = boot_window(pa, t->bytes);
	return t && sums_to_zero(t, t->bytes) ? t : NULL;
}

/* The address of the root table that the root pointer at PA names; 0: there is no good root pointer. */
static paddr_t
root_of(paddr_t pa)
{
	const struct rsdp *r = boot_window(pa, RSDP_BYTES_OLD);

	if (!r || __builtin_memcmp(r->signature, "RSD PTR ", 8) || !sums_to_zero(r, RSDP_BYTES_OLD))
		return 0;
	if (r->revision >= 2 && boot_window(pa, sizeof(*r)) && sums_to_zero(r, sizeof(*r)) && table_at(r->xsdt, "XSDT"))
		return r->xsdt;
	return table_at(r->rsdt, "RSDT") ? r->rsdt : 0;
}

static paddr_t
root_search(paddr_t base, u64 bytes)
{
	paddr_t root = 0;

	for (paddr_t pa = base; pa < base + bytes && !root; pa += 16)
		root = root_of(pa);
	return root;
}

/* Where a PC BIOS has it: the first KiB of its extended data area, or its read-only memory. */
static paddr_t
root_search_bios(void)
{
	const u16 *segment = boot_window(0x40e, sizeof(*segment));
	paddr_t root = segment ? root_search((paddr_t)*segment << 4, 1024) : 0;

	return root ? root : root_search(0xe0000, 0x20000);
}

/* The table of SIGNATURE with at least BYTES bytes that ROOT lists; NULL: none. */
static const void *
table_find(const struct table *root, const char *signature, u32 bytes)
{
	u32 word = root->signature[0] == 'X' ? 8 : 4;
	const u8 *list = (const u8 *)(root + 1);

	for (u32 at = 0; at + word <= root->bytes - sizeof(*root); at += word) {
		const struct table *t;
		paddr_t pa = 0;

		__builtin_memcpy(&pa, list + at, word);
		t = table_at(pa, signature);
		if (t && t->bytes >= bytes)
			return t;
	}
	return NULL;
}

static void
add_ioapic(paddr_t base, u32 first_line)
{
	if (acpi.ioapics == ACPI_IOAPICS) {
		log_line("more than %u IOAPICs: the one for interrupt line %u on is not used", ACPI_IOAPICS, first_line);
		return;
	}
	acpi.ioapic[acpi.ioapics++] = (struct acpi_ioapic){ base, first_line };
}

/* Two bits each: 0 as the bus has it, 1 high or edge, 3 low or level. */
static void
add_override(u8 source, u32 line, u16 flags)
{
	if (source < ISA_LINES)
		acpi.isa[source] = (struct acpi_isa){ line, (flags & 3) == 3, (flags >> 2 & 3) == 3 };
}

static void
madt_entry(const struct madt_entry *e)
{
	if (e->type == MADT_LOCAL_APIC && e->bytes >= ENTRY_BYTES(local_apic))
		bootinfo.cpus += (e->local_apic.flags & PROCESSOR_USABLE) != 0;
	else if (e->type == MADT_LOCAL_X2APIC && e->bytes >= ENTRY_BYTES(local_x2apic))
		bootinfo.cpus += (e->local_x2apic.flags & PROCESSOR_USABLE) != 0;
	else if (e->type == MADT_IOAPIC && e->bytes >= ENTRY_BYTES(ioapic))
		add_ioapic(e->ioapic.base, e->ioapic.first_line);
	else if (e->type == MADT_OVERRIDE && e->bytes >= ENTRY_BYTES(override))
		add_override(e->override.source, e->override.line, e->override.flags);
	else if (e->type == MADT_LOCAL_APIC_ADDRESS && e->bytes >= ENTRY_BYTES(local_apic_address))
		bootinfo.local_apic = e->local_apic_address.base;
}

static void
read_madt(const struct madt *m)
{
	const u8 *p = (const u8 *)(m + 1), *end = (const u8 *)m + m->table.bytes;

	bootinfo.local_apic = m->local_apic;
	while (end - p >= 2 && p[1] >= 2 && p[1] <= end - p) {
		madt_entry((const void *)p);
		p += p[1];
	}
}

static void
read_hpet(const struct hpet *h)
{
	if (h->address_space == 0)
		bootinfo.hpet_base = h->base;
}

void
acpi_read(paddr_t rsdp)
{
	const struct table *root;
	const void *t;

	bootinfo.local_apic = LOCAL_APIC;
	for (u32 i = 0; i < ISA_LINES; i++)
		acpi.isa[i].line = i;
	bootinfo.acpi_root = rsdp ? root_of(rsdp) : root_search_bios();
	root = bootinfo.acpi_root ? (const struct table *)boot_window(bootinfo.acpi_root, sizeof(*root)) : NULL;
	if (root && (t = table_find(root, "APIC", sizeof(struct madt))))
		read_madt(t);
	if (root && (t = table_find(root, "HPET", sizeof(struct hpet))))
		read_hpet(t);
	if (bootinfo.cpus == 0)
		bootinfo.cpus = 1;
}
