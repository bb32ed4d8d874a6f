/* SPDX-License-Identifier: BSD-2-Clause */
/* Device memory: which physical ranges have an object, and its mappings. */
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/device.h"
#include "core/kmem.h"
#include "core/panic.h"
#include "trace.h"

static struct tree devices;		/* by address; their ranges do not overlap */

static struct device *
device_at(struct tree_node *node)
{
	return container_of(node, struct device, node);
}

static paddr_t
device_end(const struct device *d)
{
	return d->node.key + d->pages * PAGE_SIZE;
}

/* RAM, whoever has it.  At most BOOTINFO_REGIONS steps, however large the range is. */
static bool
touches_ram(paddr_t base, paddr_t end)
{
	for (u32 i = 0; i < bootinfo.regions; i++) {
		const struct boot_region *r = &bootinfo.region[i];

		if (r->base < end && base < r->base + r->bytes && (r->kind == REGION_RAM || r->kind == REGION_BOOT))
			return true;
	}
	return false;
}

static enum status
range_check(paddr_t base, u64 pages)
{
	paddr_t limit = arch_physical_limit();

	if (base & PAGE_MASK || base >= limit || !pages || pages > (limit - base) >> PAGE_SHIFT)
		return ERR_BAD_VALUE;
	if (touches_ram(base, base + pages * PAGE_SIZE) || arch_kernel_device(base, pages))
		return ERR_BAD_VALUE;
	struct tree_node *before = tree_floor(&devices, base + (pages - 1) * PAGE_SIZE);
	return before && device_end(device_at(before)) > base ? ERR_EXISTS : OK;
}

enum status
device_create(struct space *home, paddr_t base, u64 pages, struct device **out)
{
	enum status status = range_check(base, pages);

	if (status)
		return status;
	if (home->object.dying)
		return ERR_WRONG_STATE;
	struct device *d = kmem_alloc(home, sizeof(*d), KIND_DEVICE);
	if (!d)
		return ERR_NO_KMEM;
	object_init(&d->object, KIND_DEVICE, home);
	d->pages = pages;
	tree_insert(&devices, &d->node, base);
	trace(TRACE_CREATE, KIND_DEVICE, d->object.serial);
	*out = d;
	return OK;
}

enum status
device_map(struct device *d, u64 page, struct space *space, vaddr_t vaddr, unsigned rights, enum cache cache,
	   struct map **out)
{
	if (d->object.dying)
		return ERR_WRONG_STATE;
	if (page >= d->pages || rights & RIGHT_EXECUTE || cache > CACHE_UNCACHED)
		return ERR_BAD_VALUE;
	return space_map_device(space, vaddr, d->node.key + page * PAGE_SIZE, rights, cache, &d->maps, out);
}

enum status
device_destroy(struct device *d)
{
	d->object.dying = true;
	if (map_list_clear(&d->maps) == STATUS_RESTART)
		return STATUS_RESTART;
	tree_remove(&devices, &d->node);
	trace(TRACE_DESTROY, KIND_DEVICE, d->object.serial);
	object_fini(&d->object);
	kmem_free(d);
	return OK;
}

void
device_check_one(const struct device *d)
{
	kassert(d->object.kind == KIND_DEVICE && d->object.home && d->pages);
	kassert(!d->maps || d->maps->pprev == &d->maps);
}

void
device_check(void)
{
	tree_check(&devices);
	for (struct tree_node *node = devices.first, *next; node; node = next) {
		const struct device *d = device_at(node);

		next = tree_next(node);
		device_check_one(d);
		kassert(!next || device_end(d) <= next->key);
	}
}
