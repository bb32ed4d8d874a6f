/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls of probe on frames and pools, and on the failure of allocations. */
#include "check.h"
#include "core/cap.h"
#include "core/frame.h"
#include "core/kmem.h"
#include "core/space.h"
#include "personalities/probe/handlers.h"
#include "personalities/probe/probe.h"

/* --- allocation: the slot first, so that nothing is to be undone -------------------------------------------------- */

static inline void
name_frame(struct capability *slot, struct frame *f)
{
	cap_insert(slot, f, KIND_FRAME, RIGHTS_ALL, 0);
}

enum status
sys_frame_alloc(struct thread *self, const struct args_frame_alloc *a, struct out_frame_alloc *out)
{
	struct capability *slot;
	struct frame *f;
	enum status status = cap_empty_slot(&self->space->caps, a->into, &slot);

	if (status || (status = frame_alloc_any(self->space, a->order, &f)))
		return status;
	name_frame(slot, f);
	out->address = frame_address(f);
	return OK;
}

enum status
sys_frame_alloc_colour(struct thread *self, const struct args_frame_alloc_colour *a, struct out_frame_alloc_colour *out)
{
	struct capability *slot;
	struct frame *f;
	enum status status = cap_empty_slot(&self->space->caps, a->into, &slot);

	if (status || (status = frame_alloc_colour(self->space, a->colour, &f)))
		return status;
	name_frame(slot, f);
	out->address = frame_address(f);
	return OK;
}

enum status
sys_frame_alloc_at(struct thread *self, const struct args_frame_alloc_at *a, struct out_frame_alloc_at *out)
{
	struct capability *slot;
	struct frame *f;
	enum status status = cap_empty_slot(&self->space->caps, a->into, &slot);

	if (status || (status = frame_alloc_at(self->space, a->address, a->order, &f)))
		return status;
	name_frame(slot, f);
	return OK;
}

/* --- operations ------------------------------------------------------------------------------------------------------ */

static inline enum status
frame_named(struct thread *self, u64 slot, unsigned rights, struct capability **out)
{
	return cap_lookup(&self->space->caps, slot, KIND_FRAME, rights, out);
}

enum status
sys_frame_clear(struct thread *self, const struct args_frame_clear *a, struct out_frame_clear *out)
{
	struct capability *c;
	enum status status = frame_named(self, a->frame, RIGHT_WRITE, &c);

	return status ? status : frame_clear(c->object);
}

enum status
sys_frame_free(struct thread *self, const struct args_frame_free *a, struct out_frame_free *out)
{
	struct capability *c;
	enum status status = frame_named(self, a->frame, RIGHT_DESTROY, &c);

	return status ? status : frame_free_by(c);
}

/* The capability given must be the only one; it goes, as the frame that it named does. */
enum status
sys_frame_split(struct thread *self, const struct args_frame_split *a, struct out_frame_split *out)
{
	struct capability *c;
	enum status status = frame_named(self, a->frame, RIGHT_DESTROY, &c);

	if (status)
		return status;
	struct frame *f = c->object;
	if (f->order == ORDER_4K)
		return ERR_BAD_VALUE;
	if (f->maps || f->caps != &c->open || c->open.next != &c->close || c->close.next)
		return ERR_WRONG_STATE;
	cap_delete(c);
	return frame_split(f);
}

enum status
sys_frame_own(struct thread *self, const struct args_frame_own *a, struct out_frame_own *out)
{
	struct capability *slot;
	enum status status = cap_empty_slot(&self->space->caps, a->into, &slot);

	if (status)
		return status;
	struct frame *f = frame_lookup(a->address);
	if (!f || f->state != FRAME_USER || f->owner != self->space)
		return ERR_NOT_FOUND;
	name_frame(slot, f);
	return OK;
}

enum status
sys_frame_info(struct thread *self, const struct args_frame_info *a, struct out_frame_info *out)
{
	struct capability *c;
	enum status status = frame_named(self, a->frame, 0, &c);

	if (status)
		return status;
	const struct frame *f = c->object;
	out->address = frame_address(f);
	out->order = f->order;
	out->colour = frame_colour(f);
	out->dirty = f->dirty;
	return OK;
}

enum status
sys_frame_count(struct thread *self, const struct args_frame_count *a, struct out_frame_count *out)
{
	u64 count[FRAME_STATES];

	if (a->state >= FRAME_STATES)
		return ERR_BAD_VALUE;
	frame_count(count);
	out->count = count[a->state];
	return OK;
}

/* --- pools ------------------------------------------------------------------------------------------------------------- */

enum status
sys_kmem_donate(struct thread *self, const struct args_kmem_donate *a, struct out_kmem_donate *out)
{
	struct capability *c;
	struct space *space;
	enum status status = frame_named(self, a->frame, RIGHT_DESTROY, &c);

	if (status || (status = space_named(self, a->space, &space)))
		return status;
	return kmem_donate_by(space, c);
}

enum status
sys_kmem_reclaim(struct thread *self, const struct args_kmem_reclaim *a, struct out_kmem_reclaim *out)
{
	struct space *space;
	struct frame *f;
	enum status status = space_named(self, a->space, &space);

	if (status || (status = kmem_reclaim(space, &f)))
		return status;
	out->address = f ? frame_address(f) : 0;
	return OK;
}

enum status
sys_kmem_info(struct thread *self, const struct args_kmem_info *a, struct out_kmem_info *out)
{
	struct space *space;
	enum status status = space_named(self, a->space, &space);

	if (status)
		return status;
	out->pages = space->kmem.pages;
	out->unused = space->kmem.pages_free;
	out->failures = space->kmem.failures;
	out->held = space->frames_held;
	return OK;
}

enum status
sys_fail_after(struct thread *self, const struct args_fail_after *a, struct out_fail_after *out)
{
	out->left = check_fail_after(a->count);
	return out->left == ~0ul ? ERR_WRONG_STATE : OK;
}
