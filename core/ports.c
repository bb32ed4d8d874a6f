/* SPDX-License-Identifier: BSD-2-Clause */
/* I/O ports: which ranges have an object, and access to them.  User level has no ports of its own (IOPL 0, no bitmap). */
#include "core/arch.h"
#include "core/device.h"
#include "core/kmem.h"
#include "core/panic.h"
#include "trace.h"

#define PORTS	65536

static struct tree ranges;		/* by first port; they do not overlap */

static struct ports *
ports_at(struct tree_node *node)
{
	return container_of(node, struct ports, node);
}

static u32
ports_end(const struct ports *p)
{
	return p->node.key + p->count;
}

static enum status
range_check(u32 first, u32 count)
{
	if (first >= PORTS || !count || count > PORTS - first || arch_kernel_ports(first, count))
		return ERR_BAD_VALUE;
	struct tree_node *before = tree_floor(&ranges, first + count - 1);
	return before && ports_end(ports_at(before)) > first ? ERR_EXISTS : OK;
}

enum status
ports_create(struct space *home, u32 first, u32 count, struct ports **out)
{
	enum status status = range_check(first, count);

	if (status)
		return status;
	if (home->object.dying)
		return ERR_WRONG_STATE;
	struct ports *p = kmem_alloc(home, sizeof(*p), KIND_PORTS);
	if (!p)
		return ERR_NO_KMEM;
	object_init(&p->object, KIND_PORTS, home);
	p->count = count;
	tree_insert(&ranges, &p->node, first);
	trace(TRACE_CREATE, KIND_PORTS, p->object.serial);
	*out = p;
	return OK;
}

static bool
access_allowed(const struct ports *p, u32 port, unsigned bytes)
{
	if (bytes != 1 && bytes != 2 && bytes != 4)
		return false;
	return port >= p->node.key && port < PORTS && port + bytes <= ports_end(p);
}

enum status
ports_in(const struct ports *p, u32 port, unsigned bytes, u32 *value)
{
	if (!access_allowed(p, port, bytes))
		return ERR_BAD_VALUE;
	return arch_port_in(port, bytes, value);
}

enum status
ports_out(const struct ports *p, u32 port, unsigned bytes, u32 value)
{
	if (!access_allowed(p, port, bytes))
		return ERR_BAD_VALUE;
	return arch_port_out(port, bytes, value);
}

enum status
ports_destroy(struct ports *p)
{
	tree_remove(&ranges, &p->node);
	trace(TRACE_DESTROY, KIND_PORTS, p->object.serial);
	object_fini(&p->object);
	kmem_free(p);
	return OK;
}

void
ports_check_one(const struct ports *p)
{
	kassert(p->object.kind == KIND_PORTS && p->object.home && p->count);
}

void
ports_check(void)
{
	tree_check(&ranges);
	for (struct tree_node *node = ranges.first, *next; node; node = next) {
		const struct ports *p = ports_at(node);

		next = tree_next(node);
		ports_check_one(p);
		kassert(!next || ports_end(p) <= next->key);
	}
}
