/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Recursive address spaces: where memory comes from, and how it is taken back.
 *
 * The first space owns A0, all of memory that the kernel does not use, and nobody else ever has a frame from the kernel: frame_take gives it a
 * frame by its physical address, or any, mapped where it likes; frame_give takes it back from whoever has it.  All others have what was mapped or granted to them in messages (items.c),
 * or by space_map, and give on of that.  Kernel memory is part of it: who donates a page gives up a mapping that it was granted.
 */
#include "core/arch.h"
#include "core/cpu.h"
#include "core/first.h"
#include "core/frame.h"
#include "core/named.h"
#include "core/table.h"
#include "personalities/l4/handlers.h"
#include "personalities/l4/l4.h"
#include <l4/memory.h>

/* --- A0 ------------------------------------------------------------------------------------------------------------------ */

/* The frame is the first space's already, and mapped nowhere. */
static bool
is_unused(const struct frame *f, u64 order)
{
	return f->state == FRAME_USER && f->owner == first_space && f->order == order && !f->maps;
}

static enum status
frame_find(u64 frame, u64 order, struct frame **f)
{
	if (frame == FRAME_ANY)
		return frame_alloc_any(first_space, order, f);
	*f = frame & PAGE_MASK ? NULL : frame_lookup(frame);
	if (*f && is_unused(*f, order))
		return OK;
	return frame_alloc_at(first_space, frame, order, f);
}

/* When it is preempted while the frame is cleared, it goes on with that frame. */
enum status
sys_frame_take(struct thread *self, const struct args_frame_take *a, struct out_frame_take *out)
{
	struct args_frame_take *left = (struct args_frame_take *)self->regs.arg;
	struct frame *f;
	struct map *m;

	if (self->space != first_space)
		return ERR_NO_RIGHT;
	enum status status = frame_find(a->frame, a->order, &f);
	if (status)
		return status;
	out->taken = frame_address(f);
	status = space_map(first_space, a->address, f, a->rights, CACHE_WRITE_BACK, &m);
	if (status == STATUS_RESTART)
		left->frame = out->taken;
	else if (status)
		frame_free(f);			/* it has neither mappings nor capabilities */
	return status;
}

enum status
sys_frame_give(struct thread *self, const struct args_frame_give *a, struct out_frame_give *out)
{
	struct frame *f = a->frame & PAGE_MASK ? NULL : frame_lookup(a->frame);

	if (self->space != first_space)
		return ERR_NO_RIGHT;
	if (!f || f->state != FRAME_USER || f->owner != first_space)
		return ERR_NO_FRAME;
	return frame_free(f);
}

/* --- kernel memory ------------------------------------------------------------------------------------------------------ */

/* M is the only mapping of its frame that derives from none: it was taken, and granted on ever since. */
static bool
is_original(const struct map *m, const struct frame *f)
{
	return f->maps == &m->open && !m->close.next;
}

/* What derives from M goes first, as the call finds the page by M when it is executed again. */
static enum status
donate_mapped(struct space *space, struct frame *f, struct map *m)
{
	if (space->object.dying)
		return ERR_WRONG_STATE;
	if (map_revoke(m, 0, false) == STATUS_RESTART)
		return STATUS_RESTART;
	return kmem_donate(space, f);
}

enum status
sys_space_donate_page(struct thread *self, const struct args_space_donate_page *a, struct out_space_donate_page *out)
{
	struct space *space;
	enum status status = space_named(self, a->space, &space);

	if (status)
		return status;
	struct map *m = space_find(self->space, a->address);
	if (!m || a->address & PAGE_MASK)
		return ERR_BAD_ADDRESS;
	if (m->order != ORDER_4K || *m->pte & ARCH_PTE_DEVICE)
		return ERR_BAD_VALUE;
	struct frame *f = frame_of(map_address(m));
	if (f->state != FRAME_USER || f->order != ORDER_4K)
		return ERR_BAD_VALUE;
	if (!is_original(m, f))
		return ERR_NO_RIGHT;
	return donate_mapped(space, f, m);
}

#define PASS_LIMIT	256		/* pages at once, with interrupts off */

/* The space below the caller's own, of whose pool it is made, that SLOT names: so what was donated to a program ends with it. */
static enum status
space_below(struct thread *self, u64 slot, struct space **space)
{
	enum status status = space_named(self, slot, space);

	if (status)
		return status;
	if ((*space)->object.home != self->space || *space == self->space)
		return ERR_BAD_VALUE;
	return (*space)->object.dying ? ERR_WRONG_STATE : OK;
}

enum status
sys_space_lend(struct thread *self, const struct args_space_lend *a, struct out_space_lend *out)
{
	struct space *space;
	enum status status = space_below(self, a->space, &space);

	if (status)
		return status;
	if (a->pages > PASS_LIMIT)
		return ERR_BAD_VALUE;
	if (a->pages > self->space->kmem.pages_free)
		return ERR_NO_KMEM;
	kmem_pass(self->space, space, a->pages);
	return OK;
}

enum status
sys_space_reclaim(struct thread *self, const struct args_space_reclaim *a, struct out_space_reclaim *out)
{
	struct space *space;
	enum status status = space_below(self, a->space, &space);

	if (status)
		return status;
	if (a->pages > PASS_LIMIT)
		return ERR_BAD_VALUE;
	if (space->root && space_trim(space) == STATUS_RESTART)
		return STATUS_RESTART;
	out->taken = kmem_pass(space, self->space, a->pages);
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
	return OK;
}

/* --- taking back --------------------------------------------------------------------------------------------------------- */

/* The 4 KiB page mapped at VADDR; NULL: there is none, or something else is the matter. */
static ALWAYS_INLINE struct map *
page_find(const struct space *space, vaddr_t vaddr)
{
	u64 *entry;

	if (vaddr & PAGE_MASK || vaddr >= USER_END || !space->root || !table_leaf_entry(space, vaddr, &entry) || !*entry)
		return NULL;
	return *table_record(table_of(entry), entry);
}

static inline enum status
unmap_page(struct map *m)
{
	if (map_has_derived(m)) {
		struct map *only = map_only_derived(m);
		if (!only)
			return map_revoke(m, 0, true);
		space_unmap(only);
	}
	space_unmap(m);
	return OK;
}

/* When it is preempted the call goes on with what is left: its arguments say so. */
static enum status NEVER_INLINE
unmap_range(struct thread *self, const struct args_unmap *a, struct space *space)
{
	struct args_unmap *left = (struct args_unmap *)self->regs.arg;
	u64 done = 0;

	if (a->rights & ~(u64)MAP_RIGHTS || a->self > 1)
		return ERR_BAD_VALUE;
	enum status status = space_revoke_range(space, a->address, a->pages, a->rights, a->self, &done);
	if (status == STATUS_RESTART) {
		left->address += done << PAGE_SHIFT;
		left->pages -= done;
	}
	return status;
}

enum status
sys_unmap(struct thread *self, const struct args_unmap *a, struct out_unmap *out)
{
	struct space *space;

	enum status status = space_named(self, a->space, &space);
	if (status)
		return status;
	if (a->pages == 1 && a->self == 1 && a->rights == 0) {		/* the usual case needs no walk of a range */
		struct map *m = page_find(space, a->address);
		if (m)
			return unmap_page(m);
	}
	return unmap_range(self, a, space);
}
