/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Device memory and I/O ports as objects.  A device object covers a page range that is not RAM and not the kernel's own
 * (local APIC, IOAPIC); its mappings are records in its own list.  A ports object covers ports that are not the kernel's
 * (PICs, and the kernel's serial port unless it is handed over).  A page or port belongs to at most one object at a time:
 * sharing a device is sharing the capability to it.
 */
#pragma once

#include "core/object.h"
#include "core/space.h"
#include "core/tree.h"

struct device {
	struct object object;
	struct tree_node node;		/* key: physical address of its first byte */
	u64 pages;
	struct map_link *maps;		/* all mappings of its pages (map.h) */
};

struct ports {
	struct object object;
	struct tree_node node;		/* key: its first port */
	u32 count;			/* 1 to 65536 */
};

/*
 * ERR_BAD_VALUE: not page-aligned, empty, beyond physical addresses, or touches RAM or what the kernel uses.  ERR_EXISTS: a
 * page has an object already.  ERR_NO_KMEM; ERR_WRONG_STATE: home is dying.
 */
enum status device_create(struct space *home, paddr_t base, u64 pages, struct device **out);

/*
 * Map the object's 4 KiB page number PAGE.  ERR_BAD_VALUE: no such page, cache mode, or RIGHT_EXECUTE; otherwise as
 * space_map.
 */
enum status device_map(struct device *d, u64 page, struct space *space, vaddr_t vaddr, unsigned rights,
		       enum cache cache, struct map **out);
enum status device_destroy(struct device *d);	/* through object_destroy; resumable: its mappings go first */

/*
 * Ports FIRST to FIRST + COUNT - 1.  ERR_BAD_VALUE: none, beyond 65535, or the kernel's.  ERR_EXISTS, ERR_NO_KMEM,
 * ERR_WRONG_STATE.
 */
enum status ports_create(struct space *home, u32 first, u32 count, struct ports **out);

/* BYTES is 1, 2 or 4, all within the object's range: else ERR_BAD_VALUE. */
enum status ports_in(const struct ports *p, u32 port, unsigned bytes, u32 *value);
enum status ports_out(const struct ports *p, u32 port, unsigned bytes, u32 value);
enum status ports_destroy(struct ports *p);	/* through object_destroy */

static inline struct device *
device_of(struct object *o)
{
	return container_of(o, struct device, object);
}

static inline struct ports *
ports_of(struct object *o)
{
	return container_of(o, struct ports, object);
}

void device_check(void);
void device_check_one(const struct device *d);
void ports_check(void);
void ports_check_one(const struct ports *p);
