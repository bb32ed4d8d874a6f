/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Frames by name, who may take how many, and whose each is.
 *
 * Allowances.  Which free page one takes is protected from nobody; how many one may hold is.  The first space begins with an allowance of all
 * memory that is free; who creates a space gives it a part of its own.  At every moment, for every space,
 *
 *	pages held + allowances given  <=  own allowance
 *
 * (but after a demand, see revoke.c), and all allowances are parts of the first, so that what is allowed and not yet held is free: an allowance is a
 * guarantee.  A page that was donated to the pool of a space is held by that space when its maker donated it, which counts as allowed to it, else by
 * its donor.  With a space its allowance ends, and is its maker's again.
 */
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/frame.h"
#include "core/named.h"
#include "personalities/exo/exo.h"
#include "personalities/exo/handlers.h"
#include "personalities/exo/named.h"

#define FRAME_RIGHTS	(MAP_RIGHTS | RIGHT_SHARE | RIGHT_DESTROY)

u64 exo_caps;

void
frames_init(void)
{
	exo_caps = option_value("exo.caps", CAPS_SEALED);
}

/* --- allowances --------------------------------------------------------------------------------------------------- */

void
allowance_init(struct space *space)
{
	space_holdings(space)->allowance = space->frames_held + frame_counts[FRAME_FREE];
}

static inline u64
in_use(struct space *space)
{
	return space->frames_held + space_holdings(space)->given;
}

enum status
allowance_check(struct space *space, u64 pages)
{
	u64 used = in_use(space), allowance = space_holdings(space)->allowance;

	return used <= allowance && pages <= allowance - used ? OK : ERR_LIMIT;
}

void
allowance_move(struct space *from, struct space *to, u64 pages)
{
	space_holdings(from)->given += pages;
	space_holdings(to)->allowance += pages;
}

enum status
sys_space_allow(struct thread *self, const struct args_space_allow *a, struct out_space_allow *out)
{
	struct capability *c;
	enum status status = cap_lookup(&self->space->caps, a->space, KIND_SPACE, RIGHT_CONTROL, &c);

	if (status)
		return status;
	struct space *space = space_of(c->object);
	if (space->object.home != self->space || space->object.dying)
		return ERR_WRONG_STATE;
	status = allowance_check(self->space, a->pages);
	if (status)
		return status;
	allowance_move(self->space, space, a->pages);
	return OK;
}

enum status
sys_holdings(struct thread *self, const struct args_holdings *a, struct out_holdings *out)
{
	struct space *space;
	enum status status = space_named(self, a->space, &space);

	if (status)
		return status;
	*out = (struct out_holdings){
		.allowance = space_holdings(space)->allowance, .given = space_holdings(space)->given,
		.held = space->frames_held, .kmem = space->kmem.pages, .kmem_free = space->kmem.pages_free,
	};
	return OK;
}

/* --- capabilities -------------------------------------------------------------------------------------------------- */

/* The page at PA is OWNER's already: pages that came back from a pool have no capability yet. */
static inline bool
is_held(const struct space *owner, paddr_t pa, struct frame **f)
{
	*f = pa & PAGE_MASK ? NULL : frame_lookup(pa);
	return *f && (*f)->state == FRAME_USER && (*f)->owner == owner && !((*f)->epoch & EPOCH_DYING);
}

static inline enum status
allocate(struct space *owner, u64 how, u64 which, struct frame **f)
{
	if (how == FRAME_AT && is_held(owner, which, f))
		return OK;
	enum status status = allowance_check(owner, 1);

	if (status)
		return status;
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
	struct capability *slot;
	struct frame *f;
	enum status status = room_for(self->space, a->into, &slot);

	if (status)
		return status;
	status = allocate(self->space, a->how, a->which, &f);
	if (status)
		return status;
	struct token t = original(f, KIND_FRAME, FRAME_RIGHTS, slot, a->into);
	*out = (struct out_frame_alloc){ .payload = t.payload, .mac = t.mac };
	return OK;
}

/* The call without the full save of its registers: fast.S.  False: nothing is changed, and sys_frame_alloc says why. */
bool frame_alloc_fast(u64 argument[6]);

bool
frame_alloc_fast(u64 argument[6])
{
	struct out_frame_alloc out;

	if (sys_frame_alloc(current_thread(), (const struct args_frame_alloc *)argument, &out))
		return false;
	argument[0] = out.payload;
	argument[1] = out.mac;
	return true;
}

enum status
sys_frame_derive(struct thread *self, const struct args_frame_derive *a, struct out_frame_derive *out)
{
	struct capability room, *c, *slot;
	struct space *space;
	enum status status = frame_named(self, a->payload, a->mac, RIGHT_SHARE, &room, &c);

	if (status)
		return status;
	if (exo_caps != CAPS_SLOT) {
		struct token t = seal(c->object, KIND_FRAME, c->type & a->rights);
		*out = (struct out_frame_derive){ .new_payload = t.payload, .new_mac = t.mac };
		return OK;
	}
	status = space_named(self, a->space, &space);
	if (!status)
		status = cap_empty_slot(&space->caps, a->into, &slot);
	if (status)
		return status;
	*out = (struct out_frame_derive){ .new_payload = a->into };
	return cap_copy(slot, c, a->rights);
}

/* Preempted, it is executed again: the token of a dying frame still opens for this, and the slot that names it goes last. */
enum status
sys_frame_free(struct thread *self, const struct args_frame_free *a, struct out_frame_free *out)
{
	struct capability room, *c;
	enum status status = frame_named(self, a->payload, a->mac, RIGHT_DESTROY, &room, &c);

	if (!status)
		status = wait_frame_gone(c->object);
	if (status)
		return status;
	return exo_caps == CAPS_SLOT ? frame_free_by(c) : frame_free(c->object);
}

/*
 * All that others have of it goes: tokens are stale, derived slots empty, bindings broken in every space.  The new epoch comes last, so that the
 * call can be executed again under the old name.
 */
enum status
sys_frame_revoke(struct thread *self, const struct args_frame_revoke *a, struct out_frame_revoke *out)
{
	struct capability room, *c;
	enum status status = frame_named(self, a->payload, a->mac, RIGHT_DESTROY, &room, &c);

	if (status)
		return status;
	struct frame *f = c->object;
	if (exo_caps == CAPS_SLOT)
		status = cap_revoke(c);
	if (status || map_list_clear(&f->maps) || wait_frame_gone(f))
		return STATUS_RESTART;
	seal_revoke(f, KIND_FRAME);
	struct token t = { .payload = a->payload };
	if (exo_caps != CAPS_SLOT)
		t = seal(f, KIND_FRAME, c->type);
	*out = (struct out_frame_revoke){ .new_payload = t.payload, .new_mac = t.mac };
	return OK;
}

/* --- exposed names -------------------------------------------------------------------------------------------------- */

static u64
map_word(paddr_t pa)
{
	const struct frame *f = frame_lookup(pa);

	if (!f)
		return FRAME_NO_RAM;
	f = frame_head((struct frame *)f);
	struct thread *t = f->owner ? *space_environment(f->owner) : NULL;
	return (t ? environment_of(t)->name : 0) | f->state;
}

enum status
sys_frame_map(struct thread *self, const struct args_frame_map *a, struct out_frame_map *out)
{
	u64 word[FRAME_MAP_LIMIT];

	if (a->count > FRAME_MAP_LIMIT)
		return ERR_BAD_VALUE;
	for (u64 i = 0; i < a->count; i++)
		word[i] = map_word(a->physical + (i << PAGE_SHIFT));
	return arch_copy_to_user(a->to, word, a->count * sizeof(word[0]));
}
