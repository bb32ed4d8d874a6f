/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames by name, and bindings to them.
 *
 * A frame is named by a sealed token, which is checked when a binding is made and not again: the binding records the rights that it was made with,
 * and the library OS protects within them as it likes.  A range is one entry of the call, however many pages it has; preempted, the
 * call goes on with the arguments that say what is left.
 */
#include "core/arch.h"
#include "core/frame.h"
#include "core/seal.h"
#include "personalities/exo/exo.h"
#include "personalities/exo/handlers.h"

#define FRAME_RIGHTS	(MAP_RIGHTS | RIGHT_SHARE | RIGHT_DESTROY)

static enum status
allocate(struct space *owner, u64 how, u64 which, struct frame **f)
{
	switch (how) {
	case FRAME_ANY:
		return frame_alloc_any(owner, ORDER_4K, f);
	case FRAME_COLOUR:
		return which < frame_colours() ? frame_alloc_colour(owner, which, f) : ERR_BAD_VALUE;
	case FRAME_AT:
		return frame_alloc_at(owner, which, ORDER_4K, f);
	default:
		return ERR_BAD_VALUE;
	}
}

enum status
sys_frame_alloc(struct thread *self, const struct args_frame_alloc *a, struct out_frame_alloc *out)
{
	struct frame *f;
	enum status status = allocate(self->space, a->how, a->which, &f);

	if (status)
		return status;
	struct token t = seal(f, KIND_FRAME, FRAME_RIGHTS);
	*out = (struct out_frame_alloc){ .payload = t.payload, .mac = t.mac };
	return OK;
}

enum status
sys_frame_derive(struct thread *self, const struct args_frame_derive *a, struct out_frame_derive *out)
{
	struct capability c;
	struct token t;
	enum status status = unseal((struct token){ a->payload, a->mac }, KIND_FRAME, RIGHT_SHARE, &c);

	if (status)
		return status;
	t = seal(c.object, KIND_FRAME, c.type & a->rights);
	*out = (struct out_frame_derive){ .new_payload = t.payload, .new_mac = t.mac };
	return OK;
}

/* Preempted, it is executed again: the token of a dying frame still opens for this. */
enum status
sys_frame_free(struct thread *self, const struct args_frame_free *a, struct out_frame_free *out)
{
	struct capability c;
	enum status status = unseal((struct token){ a->payload, a->mac }, KIND_FRAME, RIGHT_DESTROY, &c);

	return status ? status : frame_free(c.object);
}

enum status
sys_bind(struct thread *self, const struct args_bind *a, struct out_bind *out)
{
	struct capability c;
	struct map *m;

	if (a->rights > RIGHTS_ALL || !map_rights_valid(a->rights))
		return ERR_BAD_VALUE;
	enum status status = unseal((struct token){ a->payload, a->mac }, KIND_FRAME, a->rights & MAP_RIGHTS, &c);
	return status ? status : space_map(self->space, a->address, c.object, a->rights, CACHE_WRITE_BACK, &m);
}

/* Of a range call, address and number of pages are the first two arguments. */
static enum status
range_finish(struct thread *self, enum status status, u64 done)
{
	if (status == STATUS_RESTART) {
		self->regs.arg[0] += done << PAGE_SHIFT;
		self->regs.arg[1] -= done;
	}
	return status;
}

enum status
sys_unbind(struct thread *self, const struct args_unbind *a, struct out_unbind *out)
{
	u64 done = 0;

	return range_finish(self, space_unmap_range(self->space, a->address, a->pages, &done), done);
}

enum status
sys_protect(struct thread *self, const struct args_protect *a, struct out_protect *out)
{
	u64 done = 0;

	if (a->rights > RIGHTS_ALL)
		return ERR_BAD_VALUE;
	return range_finish(self, space_protect_range(self->space, a->address, a->pages, a->rights, &done), done);
}

enum status
sys_binding(struct thread *self, const struct args_binding *a, struct out_binding *out)
{
	struct map *m = space_find(self->space, a->address);

	if (!m)
		return ERR_NOT_FOUND;
	*out = (struct out_binding){
		.physical = map_address(m), .granted = map_rights(m), .rights = arch_pte_rights(*m->pte),
		.accessed = arch_pte_accessed(*m->pte), .dirty = arch_pte_dirty(*m->pte),
	};
	return OK;
}
