/* SPDX-License-Identifier: BSD-2-Clause */
/* Random creation and destruction of port and device ranges; the model is who has each port and each page of a window. */
#include <string.h>
#include "core/device.h"
#include "fake/machine.h"
#include "homes.h"
#include "unit.h"

#define WINDOW		256		/* ports from 0; pages from DEVICES */
#define DEVICES		(FAKE_KERNEL_DEVICE - 128 * PAGE_SIZE)
#define OBJECTS		40

static struct range {
	struct ports *ports;		/* at most one of the two */
	struct device *device;
} ranges[OBJECTS];
static struct range *port_owner[WINDOW], *page_owner[WINDOW];

static bool
is_free(struct range *const *owner, u64 first, u64 count)
{
	for (u64 i = first; i < first + count; i++)
		if (owner[i])
			return false;
	return true;
}

static void
set_owner(struct range **owner, u64 first, u64 count, struct range *r)
{
	for (u64 i = first; i < first + count; i++)
		owner[i] = r;
}

static enum status
expected(struct range *const *owner, u64 first, u64 count, u64 kernel_first, u64 kernel_count)
{
	if (!count || (first < kernel_first + kernel_count && kernel_first < first + count))
		return ERR_BAD_VALUE;
	return is_free(owner, first, count) ? OK : ERR_EXISTS;
}

static void
create_ports(struct range *r, u64 first, u64 count)
{
	enum status s = ports_create(home_at(0), first, count, &r->ports);
	enum status want = expected(port_owner, first, count, FAKE_KERNEL_PORT, 2);

	expect(s == want || (want == OK && s == ERR_NO_KMEM));
	if (s == OK)
		set_owner(port_owner, first, count, r);
}

static void
create_device(struct range *r, u64 first, u64 count)
{
	enum status s = device_create(home_at(0), DEVICES + first * PAGE_SIZE, count, &r->device);
	enum status want = expected(page_owner, first, count, 128, 1);

	expect(s == want || (want == OK && s == ERR_NO_KMEM));
	if (s == OK)
		set_owner(page_owner, first, count, r);
}

static void
destroy(struct range *r)
{
	if (r->ports) {
		set_owner(port_owner, r->ports->node.key, r->ports->count, NULL);
		expect(object_destroy(&r->ports->object) == OK);
	} else {
		set_owner(page_owner, (r->device->node.key - DEVICES) / PAGE_SIZE, r->device->pages, NULL);
		expect(object_destroy(&r->device->object) == OK);
	}
	*r = (struct range){ 0 };
}

/* A port is reached through an object exactly when all its bytes are in the object's range. */
static void
access(struct input *in, const struct range *r)
{
	u64 port = input_below(in, WINDOW), bytes = input_below(in, 6);
	u32 value = 0;

	if (!r->ports)
		return;
	bool good = (bytes == 1 || bytes == 2 || bytes == 4) && port + bytes <= WINDOW;
	for (u64 i = port; good && i < port + bytes; i++)
		good = port_owner[i] == r;
	expect(ports_in(r->ports, port, bytes, &value) == (good ? OK : ERR_BAD_VALUE));
	expect(ports_out(r->ports, port, bytes, value) == (good ? OK : ERR_BAD_VALUE));
}

static void
setup(struct input *in)
{
	home_make(2);
	memset(ranges, 0, sizeof(ranges));
	memset(port_owner, 0, sizeof(port_owner));
	memset(page_owner, 0, sizeof(page_owner));
}

static void
step(struct input *in)
{
	struct range *r = &ranges[input_below(in, OBJECTS)];
	u64 first = input_below(in, WINDOW), count = input_below(in, WINDOW - first < 20 ? WINDOW - first : 20);

	access(in, r);
	if (r->ports || r->device)
		destroy(r);
	else if (input_below(in, 2))
		create_ports(r, first, count);
	else
		create_device(r, first, count);
}

static void
verify(void)
{
	ports_check();
	device_check();
}

static void
teardown(void)
{
	for (struct range *r = ranges; r < ranges + OBJECTS; r++)
		if (r->ports || r->device)
			destroy(r);
	verify();
	expect(home_at(0)->kmem.pages_free == home_at(0)->kmem.pages);
}

const struct operations ops_ports = { "ports", setup, step, verify, teardown };
