/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * When the kernel looks at itself.  The counting plugin is told by markers, because a check is no part of the kernel that is
 * measured.
 */
#include "check.h"
#include "core/bootinfo.h"
#include "core/cap.h"
#include "core/cpu.h"
#include "core/device.h"
#include "core/first.h"
#include "core/frame.h"
#include "core/irq.h"
#include "core/space.h"
#include <janus/marker.h>

#define FULL_EVERY	10000		/* calls and faults between two full walks */
#define SPACE_EVERY	500		/* and between two of the current space */

static u64 calls;
u32 check_preempt_steps;

void
check_init(void)
{
	check_preempt_steps = option_value("preempt", 0);
}

static void
check_space(struct space *space)
{
	space_check(space);
	kmem_check(space);
	cap_check(space);
	for (const struct thread *t = space->threads; t; t = t->space_next)
		thread_check(t);
}

/* The space after S in preorder of the tree of homes; NULL at the end. */
static struct space *
space_after(struct space *s)
{
	if (s->children)
		return s->children;
	while (s != first_space && !s->sibling_next)
		s = s->object.home;
	return s == first_space ? NULL : s->sibling_next;
}

/* All pools together are the frames that are in a pool. */
static void
check_pools(u64 pages)
{
	u64 count[FRAME_STATES], in_pools = 0;

	frame_count(count);
	for (unsigned state = FRAME_KMEM; state < FRAME_STATES; state++)
		in_pools += count[state];
	if (in_pools != pages)
		panic("%lu pages are in pools, which count %lu", in_pools, pages);
}

void
check_all(void)
{
	struct cpu *cpu = this_cpu();
	u64 pool_pages = 0;

	for (struct space *s = first_space; s; s = space_after(s)) {
		check_space(s);
		frame_check_owned(s);
		pool_pages += s->kmem.pages;
	}
	check_pools(pool_pages);
	frame_check();
	ready_check(&cpu->ready);
	timeout_check(&cpu->timeouts);
	irq_check();
	device_check();
	ports_check();
}

/* --- what was touched ------------------------------------------------------------------------------------------------------ */

#define TOUCHED		16		/* of a call; further ones of a batch are not looked at */

static struct touched {
	u32 kind;
	const void *object;
} touched[TOUCHED];
static unsigned touched_count;

static void
touched_add(u32 kind, const void *object)
{
	for (unsigned i = 0; i < touched_count; i++)
		if (touched[i].object == object)
			return;
	if (touched_count < TOUCHED)
		touched[touched_count++] = (struct touched){ kind, object };
}

/* What is part of another object has no home, and ends with that. */
void
check_touch(u32 kind, const void *object)
{
	MARKER(MARKER_CHECK_BEGIN);
	if (kind == KIND_FRAME || ((const struct object *)object)->home)
		touched_add(kind, object);
	MARKER(MARKER_CHECK_END);
}

void
check_forget(const void *object)
{
	MARKER(MARKER_CHECK_BEGIN);
	for (unsigned i = 0; i < touched_count; i++)
		if (touched[i].object == object)
			touched[i] = touched[--touched_count];
	MARKER(MARKER_CHECK_END);
}

/* What all objects have.  A kind's own walks see the rest of its own. */
static void
check_object(const struct touched *t)
{
	struct object *o = (struct object *)t->object;

	kassert(o->kind == t->kind && o->epoch && o->home);
	kassert(!o->caps || o->caps->pprev == &o->caps);
	switch (o->kind) {
	case KIND_SPACE:
		space_check_links(space_of(o));
		break;
	case KIND_THREAD:
		thread_check(thread_of(o));
		break;
	case KIND_IRQ:
		irq_check_one(irq_of(o));
		break;
	case KIND_DEVICE:
		device_check_one(device_of(o));
		break;
	case KIND_PORTS:
		ports_check_one(ports_of(o));
		break;
	}
}

static void
check_touched(bool spaces)
{
	unsigned count = touched_count;

	touched_count = 0;
	for (unsigned i = 0; i < count; i++) {
		const struct touched *t = &touched[i];

		if (t->kind == KIND_FRAME)
			frame_check_one(t->object);
		else
			check_object(t);
		if (spaces && t->kind == KIND_SPACE)
			check_space(space_of((struct object *)t->object));
	}
}

/* The idle thread, when the caller died, has no space; the caller itself, until the
 * way out, is no thread any more. */
static void
check_current(struct thread *t)
{
	if (!t->space || t == this_cpu()->doomed)
		return;
	thread_check(t);
	if (calls % SPACE_EVERY == 0)
		check_space(t->space);
}

void
check_at_end(void)
{
	MARKER(MARKER_CHECK_BEGIN);
	check_all();
	MARKER(MARKER_CHECK_END);
}

void
check_after_call(void)
{
	MARKER(MARKER_CHECK_BEGIN);
	calls++;
	check_touched(calls % SPACE_EVERY == 0);
	check_current(current_thread());
	if (calls % FULL_EVERY == 0)
		check_all();
	MARKER(MARKER_CHECK_END);
}
