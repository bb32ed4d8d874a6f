/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The table of a space's slots: pages, growth, end, and the checks of its invariants.
 *
 * Every directory entry points either to a page of the space's own pool or to cap_no_slots, the one page of empty slots that all
 * spaces share.
 */
#include "core/arch.h"
#include "core/cpu.h"
#include "core/frame.h"
#include "core/panic.h"

const struct capability cap_no_slots[CAP_PER_PAGE] __attribute__((aligned(PAGE_SIZE)));

static inline bool
page_missing(const struct capability *page)
{
	return page == cap_no_slots;
}

static inline struct capability *
missing_page(void)
{
	return (struct capability *)cap_no_slots;
}

void
cap_table_init(struct cap_table *t)
{
	for (unsigned i = 0; i < CAP_DIRECTORY; i++)
		t->page[i] = missing_page();
	t->pages = 0;
}

enum status
cap_grow(struct space *space, u64 index)
{
	if (index >= CAP_LIMIT)
		return ERR_LIMIT;
	struct capability **page = &space->caps.page[index / CAP_PER_PAGE];
	if (!page_missing(*page))
		return OK;
	struct frame *f = kmem_page_alloc(space, FRAME_PAGE, KIND_NONE);
	if (!f)
		return ERR_NO_KMEM;
	*page = arch_direct(frame_address(f));
	space->caps.pages++;
	return OK;
}

/* Delete what is in PAGE.  Empty slots are not steps: every step, and so every restart, makes progress. */
static enum status
page_clear(struct capability *page)
{
	for (struct capability *c = page; c < page + CAP_PER_PAGE; c++) {
		if (!c->type)
			continue;
		if (cap_remove(c) || preempt_point())
			return STATUS_RESTART;
	}
	return OK;
}

#define DIRECTORY_STEPS	24		/* that looking through a directory and the slots of a page is as long as: preempt_charge */

/* Who destroys many spaces, one below the other, looks for interrupts about once in each. */
enum status
cap_table_destroy(struct space *space)
{
	preempt_charge(DIRECTORY_STEPS);
	for (unsigned i = 0; space->caps.pages; i++) {
		struct capability *page = space->caps.page[i];
		if (page_missing(page))
			continue;
		if (page_clear(page) == STATUS_RESTART)
			return STATUS_RESTART;
		space->caps.page[i] = missing_page();
		space->caps.pages--;
		kmem_page_free(frame_of(arch_physical(page)));
		if (preempt_point())
			return STATUS_RESTART;
	}
	return OK;
}

static void
link_check(const struct cap_link *link)
{
	kassert(*link->pprev == link);
	kassert(!link->next || link->next->pprev == &link->next);
}

/* A capability to a frame is to a USER frame, any other to an object of its kind that has not ended. */
static void
object_check(const struct capability *c)
{
	u32 kind = c->type >> 8;

	if (kind == KIND_FRAME) {
		kassert(((const struct frame *)c->object)->state == FRAME_USER);
	} else {
		kassert(((const struct object *)c->object)->kind == kind);
		kassert(((const struct object *)c->object)->epoch);
	}
}

/* The list's head, in the object. */
static struct cap_link *const *
object_list(const struct capability *c)
{
	return c->type >> 8 == KIND_FRAME ? &((const struct frame *)c->object)->caps :
					    &((const struct object *)c->object)->caps;
}

static inline const struct capability *
slot_of(const struct cap_link *link)
{
	return (const struct capability *)((u64)link & ~(sizeof(struct capability) - 1));
}

/*
 * Brackets are properly nested exactly when both of each pair are at the same depth, and every depth is positive.  That is
 * tested without memory: a sum that each pair enters with its depth and leaves with its depth is 0 in the end.
 */
static void
list_check(const struct capability *first)
{
	u64 depth = 0, sum = 0;

	for (const struct cap_link *link = &first->open; link; link = link->next) {
		const struct capability *c = slot_of(link);
		u64 weight = (u64)c * (u64)c;
		kassert(c->object == first->object && c->type >> 8 == first->type >> 8);
		if (cap_link_closes(link)) {
			kassert(depth > 0);
			sum -= weight * depth--;
		} else {
			sum += weight * ++depth;
		}
	}
	kassert(depth == 0 && sum == 0);
}

static void
slot_check(const struct capability *c)
{
	if (!c->type) {
		kassert(!c->object && !c->badge && !c->spare_word && !c->spare);
		return;
	}
	kassert(c->object && c->type >> 8 && c->type >> 8 < KIND_LIMIT);
	object_check(c);
	link_check(&c->open);
	link_check(&c->close);
	kassert(c->open.next);
	if (object_list(c) == c->open.pprev)
		list_check(c);
}

void
cap_check(struct space *space)
{
	u64 pages = 0;

	for (unsigned i = 0; i < CAP_DIRECTORY; i++) {
		struct capability *page = space->caps.page[i];
		if (page_missing(page))
			continue;
		pages++;
		for (unsigned n = 0; n < CAP_PER_PAGE; n++)
			slot_check(&page[n]);
	}
	kassert(pages == space->caps.pages);
}
