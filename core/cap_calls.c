/* SPDX-License-Identifier: BSD-2-Clause */
/* Bodies of the calls on capabilities in slots (core/uapi/janus/objects.def). */
#include "core/cap_derive.h"
#include "core/named.h"
#include "core/objects_handlers.h"

enum status
sys_cap_grow(struct thread *self, const struct args_cap_grow *a, struct out_cap_grow *out)
{
	struct space *space;
	enum status status = space_named(self, a->space, &space);

	return status ? status : cap_grow(space, a->slot);
}

enum status
sys_cap_lookup(struct thread *self, const struct args_cap_lookup *a, struct out_cap_lookup *out)
{
	struct capability *c;

	if (a->kind >= KIND_LIMIT || !a->kind || a->rights & ~(u64)RIGHTS_ALL)
		return ERR_NO_CAP;
	enum status status = cap_lookup(&self->space->caps, a->slot, a->kind, a->rights, &c);
	if (status)
		return status;
	out->badge = c->badge;
	return OK;
}

/* The two slots of an operation that makes one capability from another. */
static ALWAYS_INLINE enum status
source_and_target(struct thread *self, u64 from, u64 into_space, u64 into, struct capability **src, struct capability **dst)
{
	struct space *space;
	enum status status = cap_slot(&self->space->caps, from, src);

	if (status)
		return status;
	status = space_named(self, into_space, &space);
	if (status)
		return status;
	return cap_empty_slot(&space->caps, into, dst);
}

enum status
sys_cap_copy(struct thread *self, const struct args_cap_copy *a, struct out_cap_copy *out)
{
	struct capability *src, *dst;
	enum status status = source_and_target(self, a->from, a->space, a->into, &src, &dst);

	return status ? status : cap_derive(dst, src, a->rights, src->badge);
}

enum status
sys_cap_mint(struct thread *self, const struct args_cap_mint *a, struct out_cap_mint *out)
{
	struct capability *src, *dst;
	enum status status = source_and_target(self, a->from, a->space, a->into, &src, &dst);

	return status ? status : cap_mint(dst, src, a->rights, a->badge);
}

enum status
sys_cap_move(struct thread *self, const struct args_cap_move *a, struct out_cap_move *out)
{
	struct capability *src, *dst;
	enum status status = source_and_target(self, a->from, a->space, a->into, &src, &dst);

	if (status == OK)
		cap_move(dst, src);
	return status;
}

enum status
sys_cap_delete(struct thread *self, const struct args_cap_delete *a, struct out_cap_delete *out)
{
	struct capability *c;
	enum status status = cap_slot(&self->space->caps, a->slot, &c);

	return status ? status : cap_remove(c);
}

enum status
sys_cap_revoke(struct thread *self, const struct args_cap_revoke *a, struct out_cap_revoke *out)
{
	struct capability *c;
	enum status status = cap_slot(&self->space->caps, a->slot, &c);

	return status ? status : cap_revoke(c);
}
