/* SPDX-License-Identifier: BSD-2-Clause */
/* See workload.h. */
#include <string.h>
#include "check.h"
#include "core/cap.h"
#include "core/device.h"
#include "core/first.h"
#include "core/frame.h"
#include "core/irq.h"
#include "core/seal.h"
#include "core/space.h"
#include "core/thread.h"
#include "fake/machine.h"
#include "workload.h"

#define MIB		(1ul << 20)
#define POOL		80			/* pages a space is given */
#define ALL		(RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE)
#define PLACE		0x40000000ul		/* where things are mapped */
#define BIG_PLACE	0x80000000ul

/* Call until it is not preempted. */
#define complete(call)	({ enum status s_; do s_ = (call); while (s_ == STATUS_RESTART); s_; })

static struct {
	struct space *bystander, *child, *grandchild;
	u64 count[FRAME_STATES];		/* before a run */
	struct kmem kmem;			/* the bystander's */
	bool failed;
} world;

/* S is success, or a failed allocation, which is noted. */
static bool
fine(enum status s)
{
	if (s == OK)
		return true;
	expect(s == ERR_NO_KMEM || s == ERR_NO_FRAME);
	world.failed = true;
	return false;
}

#define try(call)	fine(complete(call))

/* --- spaces ------------------------------------------------------------------------------------------------------ */

static bool
donate(struct space *to, unsigned pages)
{
	while (pages--) {
		struct frame *f;

		if (!try(frame_alloc_any(first_space, ORDER_4K, &f)))
			return false;
		expect(complete(kmem_donate(to, f)) == OK);
	}
	return true;
}

/* Donated to and prepared, or else NULL; the unfinished one stays with its home. */
static struct space *
make_space(struct space *home)
{
	struct space *space;

	if (!try(space_create(home, &space)) || !donate(space, POOL))
		return NULL;
	return try(space_prepare(space)) && try(cap_grow(space, 100)) ? space : NULL;
}

static void
destroy(struct object *o)
{
	expect(complete(object_destroy(o)) == OK);
}

/* --- what is in them ---------------------------------------------------------------------------------------------- */

static struct frame *
mapped_frame(vaddr_t vaddr, enum order order, struct map **out)
{
	struct frame *f;

	if (!try(frame_alloc_any(first_space, order, &f)))
		return NULL;
	return try(space_map(first_space, vaddr, f, ALL, CACHE_WRITE_BACK, out)) ? f : NULL;
}

/* Pages of the first space, mapped on to child and grandchild. */
static void
map_small(void)
{
	for (u64 i = 0; i < 20; i++) {
		struct map *m, *n, *o;
		struct frame *f = mapped_frame(PLACE + i * PAGE_SIZE, ORDER_4K, &m);

		if (!f || !try(space_map_part(world.child, PLACE + i * 0x200000, frame_address(f), ORDER_4K, RIGHT_READ | RIGHT_WRITE, m, &n)))
			continue;
		if (world.grandchild && !try(space_map_part(world.grandchild, PLACE, frame_address(f), ORDER_4K, RIGHT_READ, n, &o)))
			continue;
		machine_touch_all(world.child);
		expect(space_protect(n, RIGHT_READ) == OK);
		if (i % 3 == 0) {
			expect(complete(map_revoke(m, i % 2 ? RIGHT_READ : 0, false)) == OK);
		}
		if (world.grandchild && (o = space_find(world.grandchild, PLACE)))
			space_unmap(o);
	}
}

/* A 2M frame, whole in one space and in part in another; then split. */
static void
map_large(void)
{
	struct map *m, *n;
	struct frame *f = mapped_frame(BIG_PLACE, ORDER_2M, &m);

	if (!f)
		return;
	for (u64 i = 0; i < 3; i++)
		try(space_map_part(world.child, BIG_PLACE + i * PAGE_SIZE, frame_address(f) + i * 7 * PAGE_SIZE, ORDER_4K,
				    RIGHT_READ, m, &n));
	machine_touch_all(first_space);
	machine_touch_all(world.child);
	expect(complete(frame_free(f)) == OK);
	expect(!space_find(first_space, BIG_PLACE) && !space_find(world.child, BIG_PLACE));
	if (try(frame_alloc_any(world.child, ORDER_2M, &f)))
		expect(frame_split(f) == OK);
}

/* An object of the child's, and capabilities to it in two spaces. */
static void
give_caps(struct object *o, u64 index)
{
	struct capability *original, *copy, *minted;

	if (cap_empty_slot(&first_space->caps, index, &original))
		return;
	cap_insert(original, o, o->kind, RIGHTS_ALL, 0);
	if (cap_empty_slot(&world.child->caps, index, &copy) || cap_empty_slot(&world.child->caps, index + 1, &minted))
		return;
	expect(cap_copy(copy, original, RIGHTS_ALL) == OK);
	expect(cap_mint(minted, copy, RIGHT_SEND, 7) == OK);
	struct capability opened;
	expect(unseal(seal(o, o->kind, RIGHT_SEND), o->kind, RIGHT_SEND, &opened) == OK && opened.object == o);
	if (index % 4 == 0) {
		expect(complete(cap_revoke(copy)) == OK && !minted->object);
	}
}

static void
make_objects(void)
{
	struct device *device;
	struct thread *thread;
	struct ports *ports;
	struct irq *irq;
	struct map *m;

	for (unsigned i = 0; i < 4; i++)
		if (try(thread_create(world.child, world.child, 0, &thread))) {
			expect(thread_start(thread, PLACE, 0, i) == OK);
			give_caps(&thread->object, 10 + 2 * i);
			if (i == 2)
				destroy(&thread->object);
		}
	if (try(irq_create(world.child, 5, IRQ_LEVEL, &irq)))
		give_caps(&irq->object, 20);
	if (try(ports_create(world.child, 0x3f8, 8, &ports)))
		give_caps(&ports->object, 22);
	if (try(device_create(world.child, 0xf0000000, 16, &device))) {
		give_caps(&device->object, 24);
		try(device_map(device, 3, world.child, PLACE - PAGE_SIZE, RIGHT_READ, CACHE_UNCACHED, &m));
	}
}

/* --- the whole ----------------------------------------------------------------------------------------------------- */

static void
fill(void)
{
	world.grandchild = NULL;
	world.child = make_space(first_space);
	if (!world.child)
		return;
	world.grandchild = make_space(world.child);
	map_small();
	map_large();
	make_objects();
}

/* The first space's own mappings and frames; its pool pages stay. */
static void
empty_first(void)
{
	u64 done = 0;

	expect(complete(space_unmap_range(first_space, USER_START, (USER_END - USER_START) >> PAGE_SHIFT, &done)) == OK);
	expect(complete(space_trim(first_space)) == OK);
	for (struct frame *f = first_space->frames, *next; f; f = next) {
		next = f->next;
		if (f->state == FRAME_USER)
			expect(complete(frame_free(f)) == OK);
	}
}

void
workload_begin(void)
{
	static const u64 key[2] = { 1, 2 };

	memset(&world, 0, sizeof(world));
	machine_ram(8 * MIB);
	frame_init(4);
	seal_init(key);
	first_space = space_create_first();
	expect(first_space && donate(first_space, 2 * POOL));
	expect(space_prepare(first_space) == OK && cap_grow(first_space, 0) == OK);
	world.bystander = make_space(first_space);
	expect(!world.failed);
	frame_count(world.count);
	world.kmem = world.bystander->kmem;
}

void
workload_fill(void)
{
	fill();
	expect(!world.failed);
}

void
workload_empty(void)
{
	u64 count[FRAME_STATES];

	if (first_space->children != world.bystander)
		destroy(&first_space->children->object);
	empty_first();
	check_all();
	expect(machine_stale() == 0);
	frame_count(count);
	expect(!memcmp(count, world.count, sizeof(count)));
	expect(!memcmp(&world.bystander->kmem, &world.kmem, sizeof(world.kmem)));
}

bool
workload_run(void)
{
	world.failed = false;
	fill();
	check_all();
	expect(machine_stale() == 0);
	workload_empty();
	return world.failed;
}
