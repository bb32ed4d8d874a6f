/* SPDX-License-Identifier: BSD-2-Clause */
/* See cap_world.h.  Also the personality's part in the end of an object, which may be preempted. */
#include <string.h>
#include "cap_world.h"
#include "core/cpu.h"
#include "fake/machine.h"

static struct space spaces[WORLD_SPACES] __attribute__((aligned(4096)));

void
world_init(void)
{
	machine_ram(1 << 20);
	frame_init(1);
	memset(spaces, 0, sizeof(spaces));
}

struct frame *
world_frame(struct space *space)
{
	struct frame *f = NULL;
	enum status s = frame_alloc_any(space, ORDER_4K, &f);

	expect(s == OK || s == ERR_NO_FRAME);
	return s ? NULL : f;
}

struct space *
world_space(unsigned s, unsigned pages)
{
	struct space *space = &spaces[s];

	object_init(&space->object, KIND_SPACE, NULL);
	cap_table_init(&space->caps);
	while (pages--)
		expect(kmem_donate(space, world_frame(space)) == OK);
	return space;
}

struct object *
world_object(struct space *space, enum kind kind)
{
	struct object *o = kmem_alloc(space, kind % 2 ? 128 : 64, kind);

	if (o)
		object_init(o, kind, space);
	return o;
}

enum status
personality_object_destroy(struct object *o)
{
	if (preempt_point())
		return STATUS_RESTART;
	object_fini(o);
	kmem_free(o);
	return OK;
}
