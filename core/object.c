/* SPDX-License-Identifier: BSD-2-Clause */
/* The life of objects: epochs, birth, and destruction by kind. */
#include "core/object.h"
#include "check.h"
#include "core/cap.h"
#include "core/device.h"
#include "core/irq.h"
#include "core/panic.h"
#include "core/personality.h"
#include "core/thread.h"

u64 epoch_last = EPOCH_FIRST;

void
object_init(struct object *o, enum kind kind, struct space *home)
{
	u64 epoch = epoch_new();

	*o = (struct object){ .kind = kind, .serial = (u32)epoch, .epoch = epoch, .home = home };
	check_touch(kind, o);
}

void
object_fini(struct object *o)
{
	while (o->caps)				/* the one by which it is destroyed, and one that its home has */
		cap_delete(container_of(o->caps, struct capability, open));
	o->epoch = 0;
	check_forget(o);
}

/* What each kind undoes; frees the object's memory. */
static enum status
destroy_by_kind(struct object *o)
{
	switch (o->kind) {
	case KIND_SPACE:
		return space_destroy(space_of(o));
	case KIND_THREAD:
		return thread_destroy(thread_of(o));
	case KIND_IRQ:
		return irq_destroy(irq_of(o));
	case KIND_PORTS:
		return ports_destroy(ports_of(o));
	case KIND_DEVICE:
		return device_destroy(device_of(o));
	default:
		kassert(o->kind >= KIND_PERSONALITY && o->kind < KIND_LIMIT);
		return personality_object_destroy(o);
	}
}

/* ERR_WRONG_STATE: not by this thread. */
static enum status
begin_dying(struct object *o)
{
	if (o->kind == KIND_SPACE && space_holds_current(space_of(o)))
		return ERR_WRONG_STATE;
	o->dying = true;
	o->epoch |= EPOCH_DYING;
	return OK;
}

enum status
object_destroy(struct object *o)
{
	if (begin_dying(o))
		return ERR_WRONG_STATE;
	if (cap_list_clear(&o->caps) == STATUS_RESTART)
		return STATUS_RESTART;
	return destroy_by_kind(o);
}

enum status
object_destroy_by(struct capability *c)
{
	struct object *o = c->object;

	if (begin_dying(o))
		return ERR_WRONG_STATE;
	if (cap_clear_for_destroy(c, o->home) == STATUS_RESTART)
		return STATUS_RESTART;
	c->type = (u32)o->kind << 8 | RIGHT_DESTROY;
	return destroy_by_kind(o);
}
