/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device memory and I/O ports as objects.  A device object covers a page range that is not RAM and not the kernel's own
 * (local APIC, IOAPIC); its mappings are records in its own list.  A ports object covers ports that are not the kernel's (PICs, and the
 * kernel's serial port unless it is handed over).
 */
#pragma once

#include "core/object.h"
#include "core/space.h"

struct device {
	struct object object;
	paddr_t base;
	u64 pages;
	struct map *maps;
};

struct ports {
	struct object object;
	u16 first;
	u16 count;			/* 0 means 65536 */
};

enum status device_create(struct space *home, paddr_t base, u64 pages, struct device **out);	/* ERR_BAD_VALUE, ERR_NO_KMEM, ERR_EXISTS */
enum status device_map(struct device *d, u64 page, struct space *space, vaddr_t vaddr, unsigned rights, enum cache cache);
enum status device_destroy(struct device *d);

enum status ports_create(struct space *home, u16 first, u16 count, struct ports **out);
enum status ports_in(const struct ports *p, u16 port, unsigned bytes, u32 *value);	/* ERR_BAD_VALUE outside the range */
enum status ports_out(const struct ports *p, u16 port, unsigned bytes, u32 value);
enum status ports_destroy(struct ports *p);
