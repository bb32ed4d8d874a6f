/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Capabilities as a derivation tree: each operation is a few changes of links (the picture is in cap.h).
 *
 * Invariants of an object's list, at every moment at which the kernel can be left:
 *   - every nonempty slot to the object has both its brackets in the list, the opening one first, and nothing else is in it;
 *   - brackets are properly nested: a pair begun inside another ends inside it.
 * A pair is only ever inserted as neighbours, which keeps nesting; taken away together, which keeps nesting for all others; or
 * replaced bracket for bracket.  So `derived from' is exact whatever was deleted in between, and no bracket but the last of a
 * list has a NULL successor.
 */
#include "core/cap_derive.h"
#include "core/cpu.h"
#include "core/frame.h"
#include "core/object.h"
#include "core/personality.h"
#include "trace.h"

static inline void
link_remove(const struct cap_link *link)
{
	struct cap_link *next = link->next, **pprev = link->pprev;

	check_that(*pprev == link && (!next || next->pprev == &link->next));
	*pprev = next;
	if (next)
		next->pprev = pprev;
}

/* NEW takes OLD's place in the list. */
static inline void
link_replace(struct cap_link *new, const struct cap_link *old)
{
	struct cap_link *next = old->next, **pprev = old->pprev;

	*new = (struct cap_link){ .next = next, .pprev = pprev };
	*pprev = new;
	if (next)
		next->pprev = &new->next;
}

/* What lookups and the next user of the slot may see; its brackets are overwritten when it is filled again. */
static inline void
slot_clear(struct capability *slot)
{
	slot->object = NULL;
	slot->badge = 0;
	slot->type = 0;
	slot->spare_word = 0;
	slot->spare = 0;
}

static struct cap_link **
object_list(void *object, enum kind kind)
{
	return kind == KIND_FRAME ? &((struct frame *)object)->caps : &((struct object *)object)->caps;
}

static inline bool
is_waited_through(const struct capability *slot)
{
	return __builtin_expect(slot->type >= KIND_WAITED << 8, 0);
}

/* What a personality has whose threads wait through no capability. */
enum status __attribute__((weak))
personality_capability(struct capability *c, struct capability *to)
{
	return OK;
}

void
cap_insert(struct capability *slot, void *object, enum kind kind, unsigned rights, u64 badge)
{
	slot->object = object;
	slot->badge = badge;
	slot->type = (u32)kind << 8 | (rights & CAP_RIGHTS);
	pair_insert(slot, object_list(object, kind));
}

enum status
cap_copy(struct capability *dst, struct capability *src, unsigned rights)
{
	return cap_derive(dst, src, rights, src->badge);
}

enum status
cap_mint(struct capability *dst, struct capability *src, unsigned rights, u64 badge)
{
	if (src->badge && src->badge != badge)
		return ERR_NO_RIGHT;
	return cap_derive(dst, src, rights, badge);
}

void
cap_move(struct capability *dst, struct capability *src)
{
	dst->object = src->object;
	dst->badge = src->badge;
	dst->type = src->type;
	dst->spare_word = src->spare_word;
	dst->spare = src->spare;
	link_replace(&dst->open, &src->open);	/* also corrects src->close.pprev, when nothing is between the two */
	link_replace(&dst->close, &src->close);
	slot_clear(src);
	if (is_waited_through(dst))
		personality_capability(src, dst);
}

static ALWAYS_INLINE void
pair_remove(struct capability *slot)
{
	trace(TRACE_DELETE, slot->type, slot->badge);
	link_remove(&slot->open);
	link_remove(&slot->close);
	slot_clear(slot);
}

void
cap_delete(struct capability *slot)
{
	pair_remove(slot);
}

/* Nobody begins to wait through SLOT any more. */
static enum status NEVER_INLINE
remove_waited_through(struct capability *slot)
{
	slot->type &= ~CAP_RIGHTS;
	if (personality_capability(slot, NULL) == STATUS_RESTART)
		return STATUS_RESTART;
	pair_remove(slot);
	return OK;
}

static ALWAYS_INLINE enum status
remove(struct capability *slot)
{
	if (is_waited_through(slot))
		return remove_waited_through(slot);
	pair_remove(slot);
	return OK;
}

enum status
cap_remove(struct capability *slot)
{
	return remove(slot);
}

/*
 * The first of what is derived goes first; what was derived from it then stands in its place.  So every step is one deletion, and
 * the cost is proportional to what is removed, whatever the shape of the tree.
 */
enum status
cap_revoke(struct capability *slot)
{
	while (slot->open.next != &slot->close)
		if (remove(container_of(slot->open.next, struct capability, open)) || preempt_point())
			return STATUS_RESTART;
	return OK;
}

/* What is derived from SLOT, then what stands before it (its ancestors among them, which makes it an original), then what follows. */
static enum status NEVER_INLINE
clear_around(struct capability *slot, struct cap_link **list)
{
	struct cap_link *other;

	if (cap_revoke(slot) == STATUS_RESTART)
		return STATUS_RESTART;
	while ((other = *list != &slot->open ? *list : slot->close.next))
		if (remove(container_of(other, struct capability, open)) || preempt_point())
			return STATUS_RESTART;
	return OK;
}

/* Most objects have one capability when they end. */
static inline bool
is_alone(const struct capability *slot, struct cap_link *const *list)
{
	return *list == &slot->open && slot->open.next == &slot->close && !slot->close.next;
}

enum status
cap_clear_others(struct capability *slot)
{
	struct cap_link **list = object_list(slot->object, slot->type >> 8);

	return is_alone(slot, list) ? OK : clear_around(slot, list);
}

static bool
can_destroy_for(const struct capability *c, const struct space *home)
{
	return c->type & RIGHT_DESTROY && frame_of(arch_physical(c))->pool == home;
}

/* The first of the list that has to go.  Before it are at most the brackets of the two that stay, so looking is bounded. */
static struct capability *
first_to_go(struct cap_link *list, const struct capability *slot, const struct space *home)
{
	const struct capability *stays = can_destroy_for(slot, home) ? slot : NULL;

	for (struct cap_link *link = list; link; link = link->next) {
		struct capability *c = container_of(link, struct capability, open);

		if (cap_link_closes(link) || c == slot || c == stays)
			continue;
		if (stays || !can_destroy_for(c, home))
			return c;
		stays = c;
		c->type &= ~CAP_RIGHTS | RIGHT_DESTROY;
	}
	return NULL;
}

static enum status NEVER_INLINE
clear_for_destroy(struct capability *slot, struct cap_link **list, const struct space *home)
{
	struct capability *c;

	while ((c = first_to_go(*list, slot, home)))
		if (remove(c) || preempt_point())
			return STATUS_RESTART;
	return OK;
}

enum status
cap_clear_for_destroy(struct capability *slot, const struct space *home)
{
	struct cap_link **list = object_list(slot->object, slot->type >> 8);

	return is_alone(slot, list) ? OK : clear_for_destroy(slot, list, home);
}

enum status
cap_list_clear(struct cap_link **list)
{
	while (*list)
		if (remove(container_of(*list, struct capability, open)) || preempt_point())
			return STATUS_RESTART;
	return OK;
}
