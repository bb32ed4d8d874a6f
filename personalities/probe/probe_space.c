/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls of probe on spaces, mappings and user memory.  A mapping is named by its space and an address that it covers.
 *
 * Calls on ranges take and return how many pages are done, in one register and with every status, so that a call that is preempted, or
 * another after an error, goes on from there.
 */
#include "core/cap.h"
#include "core/frame.h"
#include "core/space.h"
#include "personalities/probe/handlers.h"
#include "personalities/probe/probe.h"

/* --- names ---------------------------------------------------------------------------------------------------------- */

static ALWAYS_INLINE enum status
map_named(struct thread *self, u64 slot, vaddr_t address, struct map **out)
{
	struct space *space;
	enum status status = space_named(self, slot, &space);

	if (status)
		return status;
	*out = space_find(space, address);
	return *out ? OK : ERR_NOT_FOUND;
}

/* --- spaces --------------------------------------------------------------------------------------------------------- */

enum status
sys_space_create(struct thread *self, const struct args_space_create *a, struct out_space_create *out)
{
	struct space *space;
	enum status status = space_create_named(self, a->into, &space);

	if (status == OK)
		out->id = space->id;
	return status;
}

enum status
sys_space_prepare(struct thread *self, const struct args_space_prepare *a, struct out_space_prepare *out)
{
	struct space *space;
	enum status status = space_named(self, a->space, &space);

	return status ? status : space_prepare(space);
}

enum status
sys_space_trim(struct thread *self, const struct args_space_trim *a, struct out_space_trim *out)
{
	struct space *space;
	enum status status = space_named(self, a->space, &space);

	return status ? status : space_trim(space);
}

enum status
sys_space_info(struct thread *self, const struct args_space_info *a, struct out_space_info *out)
{
	struct space *space;
	enum status status = space_named(self, a->space, &space);

	if (status)
		return status;
	out->id = space->id;
	out->mapped_4k = space->mapped[0];
	out->mapped_2m = space->mapped[1];
	out->mapped_1g = space->mapped[2];
	out->tables = space->tables;
	return OK;
}

/* --- single mappings ------------------------------------------------------------------------------------------------ */

enum status
sys_map(struct thread *self, const struct args_map *a, struct out_map *out)
{
	struct capability *c;
	struct space *space;
	struct map *m;

	enum status status = cap_lookup(&self->space->caps, a->frame, KIND_FRAME, a->rights & MAP_RIGHTS, &c);
	if (status)
		return status;
	status = space_named(self, a->space, &space);
	if (status)
		return status;
	if ((a->rights | a->cache) > MAP_RIGHTS)	/* the core looks at these, of a word of 64 bits */
		return ERR_BAD_VALUE;
	return space_map(space, a->address, c->object, a->rights, a->cache, &m);
}

enum status
sys_map_derive(struct thread *self, const struct args_map_derive *a, struct out_map_derive *out)
{
	struct map *parent, *m;
	struct space *space;

	enum status status = map_named(self, a->from, a->source, &parent);
	if (status)
		return status;
	status = space_named(self, a->space, &space);
	if (status)
		return status;
	if (a->rights & ~(u64)MAP_RIGHTS || a->order > ORDER_1G)
		return ERR_BAD_VALUE;
	paddr_t pa = map_address(parent) + (a->source - parent->vaddr);
	return space_map_part(space, a->address, pa, a->order, a->rights, parent, &m);
}

enum status
sys_map_grant(struct thread *self, const struct args_map_grant *a, struct out_map_grant *out)
{
	struct map *m;
	struct space *space;

	enum status status = map_named(self, a->from, a->source, &m);
	if (status)
		return status;
	status = space_named(self, a->space, &space);
	return status ? status : space_grant(m, space, a->address, &m);
}

enum status
sys_map_info(struct thread *self, const struct args_map_info *a, struct out_map_info *out)
{
	struct map *m;
	enum status status = map_named(self, a->space, a->address, &m);

	if (status)
		return status;
	out->physical = map_address(m);
	out->order = m->order;
	out->granted = map_rights(m);
	out->rights = arch_pte_rights(*m->pte);
	out->accessed = arch_pte_accessed(*m->pte);
	out->dirty = arch_pte_dirty(*m->pte);
	return OK;
}

enum status
sys_unmap(struct thread *self, const struct args_unmap *a, struct out_unmap *out)
{
	struct map *m;
	enum status status = map_named(self, a->space, a->address, &m);

	if (status == OK)
		space_unmap(m);
	return status;
}

enum status
sys_protect(struct thread *self, const struct args_protect *a, struct out_protect *out)
{
	struct map *m;
	enum status status = map_named(self, a->space, a->address, &m);

	return status ? status : a->rights > MAP_RIGHTS ? ERR_BAD_VALUE : space_protect(m, a->rights);
}

enum status
sys_revoke(struct thread *self, const struct args_revoke *a, struct out_revoke *out)
{
	struct map *m;
	enum status status = map_named(self, a->space, a->address, &m);

	return status ? status : map_revoke(m, a->rights & MAP_RIGHTS, a->self);
}

enum status
sys_revoke_part(struct thread *self, const struct args_revoke_part *a, struct out_revoke_part *out)
{
	struct map *m;
	enum status status = map_named(self, a->space, a->address, &m);

	if (status)
		return status;
	u64 offset = (a->address - m->vaddr) & ~PAGE_MASK, pages = (order_bytes(m->order) - offset) >> PAGE_SHIFT;
	return map_revoke_part(m, map_address(m) + offset, (a->pages < pages ? a->pages : pages) << PAGE_SHIFT, a->rights & MAP_RIGHTS);
}

/* --- ranges --------------------------------------------------------------------------------------------------------- */

enum status
sys_map_range(struct thread *self, const struct args_map_range *a, struct out_map_range *out)
{
	struct space *space;

	out->done = a->before;
	enum status status = space_named(self, a->space, &space);
	if (status)
		return status;
	return a->rights > MAP_RIGHTS ? ERR_BAD_VALUE :
	       space_map_range(space, a->address, self->space, a->source, a->pages, a->rights, &out->done);
}

enum status
sys_unmap_range(struct thread *self, const struct args_unmap_range *a, struct out_unmap_range *out)
{
	struct space *space;

	out->done = a->before;
	enum status status = space_named(self, a->space, &space);
	if (status)
		return status;
	return space_unmap_range(space, a->address, a->pages, &out->done);
}

enum status
sys_protect_range(struct thread *self, const struct args_protect_range *a, struct out_protect_range *out)
{
	struct space *space;

	out->done = a->before;
	enum status status = space_named(self, a->space, &space);
	if (status)
		return status;
	return a->rights > MAP_RIGHTS ? ERR_BAD_VALUE :
	       space_protect_range(space, a->address, a->pages, a->rights, &out->done);
}

enum status
sys_revoke_range(struct thread *self, const struct args_revoke_range *a, struct out_revoke_range *out)
{
	struct space *space;

	out->done = a->before;
	enum status status = space_named(self, a->space, &space);
	if (status)
		return status;
	return space_revoke_range(space, a->address, a->pages, a->rights & MAP_RIGHTS, a->self, &out->done);
}

/* --- user memory of any space, a word at a time ----------------------------------------------------------------------- */

enum status
sys_space_read(struct thread *self, const struct args_space_read *a, struct out_space_read *out)
{
	struct space *space;
	enum status status = space_named(self, a->space, &space);

	return status ? status : space_copy_in(space, &out->value, a->address, sizeof(out->value));
}

enum status
sys_space_write(struct thread *self, const struct args_space_write *a, struct out_space_write *out)
{
	struct space *space;
	enum status status = space_named(self, a->space, &space);

	return status ? status : space_copy_out(space, a->address, &a->value, sizeof(a->value));
}
