/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Pools of donated pages, and the slabs in them: kmem.h has the picture.
 *
 * Invariants:
 *   - a page is KMEM exactly while it is on its pool's free list; pages_free is that list's length;
 *   - a slab (state OBJECTS) has at least one slot in use; it is in its pool's list for its kind and size exactly while it has slots left,
 *     and else in the list `full`, unless it is of records;
 *   - a page (state PAGE) of an object, not of records, is in the list `full`;
 *   - a slot that is not in use is behind `fresh`, or in the chain of freed slots; of a slab for objects, it has epoch 0 either way.
 */
#include "core/kmem.h"
#include "check.h"
#include "core/arch.h"
#include "core/cap.h"
#include "core/cpu.h"
#include "core/frame.h"
#include "core/kmem_record.h"
#include "core/panic.h"
#include "core/space.h"
#include "core/thread.h"

_Static_assert(offsetof(struct kmem_slot, epoch) == offsetof(struct object, epoch), "a freed object is no live one");

#define CLEAR_STEPS	6		/* that clearing a page is as long as: preempt_charge */

/* --- lists ------------------------------------------------------------------------------------------------------ */

static inline void
list_insert(struct frame **list, struct frame *f)
{
	f->pool_next = *list;
	f->pool_pprev = list;
	if (*list)
		(*list)->pool_pprev = &f->pool_next;
	*list = f;
}

static inline void
list_remove(struct frame *f)
{
	*f->pool_pprev = f->pool_next;
	if (f->pool_next)
		f->pool_next->pool_pprev = f->pool_pprev;
}

/* --- pages ------------------------------------------------------------------------------------------------------ */

static inline void
page_put(struct space *space, struct frame *f)
{
	f->pool_next = space->kmem.free;
	space->kmem.free = f;
	space->kmem.pages_free++;
}

/* Any unused page, still in state KMEM; NULL: the pool is empty. */
static inline struct frame *
page_take(struct space *space)
{
	struct frame *f = space->kmem.free;

	if (!f)
		return NULL;
	space->kmem.free = f->pool_next;
	space->kmem.pages_free--;
	return f;
}

struct frame *
kmem_page_alloc(struct space *space, unsigned state, enum kind kind)
{
	struct frame *f = check_fail_now() ? NULL : page_take(space);

	if (!f) {
		space->kmem.failures++;
		return NULL;
	}
	if (f->dirty) {
		arch_clear_page(arch_direct(frame_address(f)));
		preempt_charge(CLEAR_STEPS);
	}
	frame_become(f, state);
	f->kind = kind;
	if (kind)
		list_insert(&space->kmem.full, f);
	return f;
}

static void
page_release(struct frame *f)
{
	frame_become(f, FRAME_KMEM);
	f->dirty = true;
	page_put(f->pool, f);
}

void
kmem_page_free(struct frame *f)
{
	if (f->state == FRAME_PAGE && f->kind)
		list_remove(f);
	page_release(f);
}

/* --- donation --------------------------------------------------------------------------------------------------- */

static enum status
donation_check(const struct space *space, const struct frame *f)
{
	kassert(f->state == FRAME_USER);
	if (f->order != ORDER_4K)
		return ERR_BAD_VALUE;
	return space->object.dying ? ERR_WRONG_STATE : OK;
}

/* Nobody can reach F at user level any more. */
static void
pool_add(struct space *space, struct frame *f)
{
	arch_clear_page(arch_direct(frame_address(f)));
	f->dirty = false;
	frame_become(f, FRAME_KMEM);
	f->pool = space;
	space->kmem.pages++;
	page_put(space, f);
}

enum status
kmem_donate(struct space *space, struct frame *f)
{
	enum status s = donation_check(space, f);

	if (s)
		return s;
	/* Preempted at the last mapping, it goes on all the same: the caller may have named the page by that one. */
	if ((map_list_clear(&f->maps) && f->maps) || cap_list_clear(&f->caps))
		return STATUS_RESTART;
	pool_add(space, f);
	return OK;
}

enum status
kmem_donate_by(struct space *space, struct capability *c)
{
	struct frame *f = c->object;
	enum status s = donation_check(space, f);

	if (s)
		return s;
	if (map_list_clear(&f->maps) || cap_clear_others(c))
		return STATUS_RESTART;
	cap_delete(c);
	pool_add(space, f);
	return OK;
}

void
kmem_adopt(struct space *space, struct frame *f, enum kind kind)
{
	kassert(f->state == FRAME_USER && !f->maps && !f->caps);
	frame_become(f, FRAME_PAGE);
	f->kind = kind;
	f->pool = space;
	space->kmem.pages++;
	list_insert(&space->kmem.full, f);
}

enum status
kmem_reclaim(struct space *space, struct frame **out)
{
	struct frame *f = page_take(space);

	if (!f)
		return ERR_NO_KMEM;
	space->kmem.pages--;
	frame_return(f);
	*out = f->owner ? f : NULL;
	return OK;
}

u64
kmem_pass(struct space *from, struct space *to, u64 pages)
{
	u64 passed = 0;

	for (struct frame *f; passed < pages && (f = page_take(from)); passed++) {
		f->pool = to;
		page_put(to, f);
	}
	from->kmem.pages -= passed;
	to->kmem.pages += passed;
	return passed;
}

enum status
kmem_destroy(struct space *space)
{
	struct frame *f;

	while (!kmem_reclaim(space, &f))
		if (preempt_point())
			return STATUS_RESTART;
	kassert(space->kmem.pages == 0);
	return OK;
}

/* --- slabs ------------------------------------------------------------------------------------------------------ */

static inline struct frame **
slab_list(struct space *space, const struct frame *slab)
{
	return &space->kmem.partial[kmem_list(kmem_class(slab->size), slab->kind)];
}

/* SLAB has one slot left, after it had none. */
static void
slab_open(struct frame *slab)
{
	if (slab->kind)
		list_remove(slab);
	list_insert(slab_list(slab->pool, slab), slab);
}

/* SLAB's last slot is taken. */
static void
slab_close(struct space *space, struct frame *slab)
{
	list_remove(slab);
	if (slab->kind)
		list_insert(&space->kmem.full, slab);
}

/* What was there before must not be taken for an object's epoch. */
static void
epochs_clear(const struct frame *slab)
{
	u8 *page = arch_direct(frame_address(slab));

	for (unsigned offset = 0; offset < PAGE_SIZE; offset += slab->size)
		((struct kmem_slot *)(page + offset))->epoch = 0;
}

/* A new slab, all of its slots fresh.  Its page need not be clear: what is cleared are the slots when they are allocated. */
static struct frame *
slab_make(struct space *space, unsigned list, unsigned class)
{
	struct frame *slab = page_take(space);

	if (!slab)
		return NULL;
	frame_become(slab, FRAME_OBJECTS);
	slab->kind = list < KMEM_CLASSES ? KIND_NONE : list - KMEM_CLASSES;
	slab->size = KMEM_SIZE_MIN << class;
	slab->left = PAGE_SIZE >> class >> __builtin_ctz(KMEM_SIZE_MIN);
	slab->free = slab->fresh = 0;
	if (slab->kind)
		epochs_clear(slab);
	list_insert(&space->kmem.partial[list], slab);
	return slab;
}

static void *
slot_fail(struct space *space)
{
	space->kmem.failures++;
	return NULL;
}

/* The way to the first slot is the hot one: as few instructions as can be. */
void *
kmem_slot(struct space *space, unsigned list, unsigned class)
{
	struct frame *slab = space->kmem.partial[list];
	u64 offset;

	if (check_fail_now())
		return slot_fail(space);
	if (__builtin_expect(!slab, 0) && !(slab = slab_make(space, list, class)))
		return slot_fail(space);
	u8 *page = arch_direct(frame_address(slab));
	if (slab->free) {
		offset = slab->free - 1;
		slab->free = ((struct kmem_slot *)(page + offset))->next;
	} else {
		offset = slab->fresh;
		slab->fresh += slab->size;
	}
	if (--slab->left == 0)
		slab_close(space, slab);
	return page + offset;
}

void *
kmem_alloc(struct space *space, size_t size, enum kind kind)
{
	kassert(size <= KMEM_SIZE_MAX && kind < KIND_LIMIT);
	unsigned class = kmem_class(size);
	void *p = kmem_slot(space, kmem_list(class, kind), class);

	if (p)
		__builtin_memset(p, 0, size);
	return p;
}

void
kmem_free(void *p)
{
	struct frame *slab = frame_of(arch_direct_physical(p));
	struct kmem_slot *slot = p;

	check_that(slab->state == FRAME_OBJECTS && !((u64)p & (slab->size - 1)));
	*slot = (struct kmem_slot){ .next = slab->free };
	slab->free = ((u64)p & PAGE_MASK) + 1;
	if (slab->left++ == 0) {
		slab_open(slab);
	} else if ((u32)slab->left * slab->size == PAGE_SIZE) {
		list_remove(slab);
		page_release(slab);
	}
}

/* --- names ------------------------------------------------------------------------------------------------------ */

/* Where in its page a whole-page object of KIND has its header. */
static inline u64
page_header(enum kind kind)
{
	return kind == KIND_THREAD ? offsetof(struct thread, object) : 0;
}

static inline bool
is_header(const struct frame *f, u64 offset, enum kind kind)
{
	if (f->state == FRAME_OBJECTS)
		return offset < f->fresh && !(offset & (f->size - 1));
	if (f->state == FRAME_PAGE)
		return offset == page_header(kind);
	return false;
}

static inline struct object *
header_at(const struct frame *f, paddr_t pa, enum kind kind)
{
	struct object *o = arch_direct(pa);

	if (!is_header(f, pa & PAGE_MASK, kind) || f->kind != kind || kind == KIND_NONE)
		return NULL;
	return o->epoch ? o : NULL;
}

static struct object * __attribute__((noinline))
object_at_other(paddr_t pa, enum kind kind)
{
	const struct frame *f = frame_lookup_other(pa);

	return f ? header_at(f, pa, kind) : NULL;
}

/* Hot, as each use of a sealed token comes here: the usual way calls nothing. */
struct object *
kmem_object_at(paddr_t pa, enum kind kind)
{
	return frame_is_main(pa) ? header_at(frame_of(pa), pa, kind) : object_at_other(pa, kind);
}

/* A live object in F, which is a slab with at least one, or a whole-page object. */
static struct object *
object_in(const struct frame *f)
{
	u8 *page = arch_direct(frame_address(f));

	if (f->state == FRAME_PAGE)
		return (struct object *)(page + page_header(f->kind));
	for (u64 offset = 0;; offset += f->size) {
		kassert(offset < f->fresh);
		struct object *o = (struct object *)(page + offset);
		if (o->epoch)
			return o;
	}
}

struct object *
kmem_object_any(struct space *space)
{
	for (unsigned list = KMEM_CLASSES; list < KMEM_LISTS; list++)
		if (space->kmem.partial[list])
			return object_in(space->kmem.partial[list]);
	return space->kmem.full ? object_in(space->kmem.full) : NULL;
}

/* --- checks ----------------------------------------------------------------------------------------------------- */

static void
check_page(const struct space *space, const struct frame *f)
{
	kassert(f->state == FRAME_KMEM && f->pool == space);
}

/* Freed and never used slots together are those that are left; each freed slot is in the chain once. */
static void
check_slab(const struct space *space, const struct frame *slab, unsigned list)
{
	const u8 *page = arch_direct(frame_address(slab));
	unsigned left = (PAGE_SIZE - slab->fresh) / slab->size;

	kassert(slab->state == FRAME_OBJECTS && slab->pool == space && *slab->pool_pprev == slab);
	kassert(kmem_list(kmem_class(slab->size), slab->kind) == list);
	for (u64 next = slab->free; next; left++) {
		const struct kmem_slot *slot = (const void *)(page + next - 1);

		kassert(next - 1 < slab->fresh && !((next - 1) & (slab->size - 1)) && left < slab->left);
		kassert(slot->epoch == 0);
		next = slot->next;
	}
	kassert(left == slab->left && left > 0 && left * slab->size < PAGE_SIZE);
}

/* A whole-page object, or a slab of objects that has no slot left. */
static void
check_full(const struct space *space, const struct frame *f)
{
	kassert(f->pool == space && f->kind && *f->pool_pprev == f);
	kassert(f->state == FRAME_PAGE || (f->state == FRAME_OBJECTS && f->left == 0));
}

void
kmem_check(const struct space *space)
{
	u64 pages = 0;

	for (const struct frame *f = space->kmem.free; f; f = f->pool_next, pages++)
		check_page(space, f);
	kassert(pages == space->kmem.pages_free && pages <= space->kmem.pages);
	for (unsigned list = 0; list < KMEM_LISTS; list++)
		for (const struct frame *slab = space->kmem.partial[list]; slab; slab = slab->pool_next)
			check_slab(space, slab, list);
	for (const struct frame *f = space->kmem.full; f; f = f->pool_next)
		check_full(space, f);
}
