/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The life of spaces.
 *
 *   space_create --> without tables: can be donated to --space_prepare--> ready --space_destroy--> dying --> gone
 *
 * Everything that a space holds is found from it: threads, children, objects in its pool, mappings in its tables, capabilities
 * in its table, frames in its list.  Destruction takes them in this order, each until none is left, so that it can stop and
 * begin again anywhere.
 */
#include "core/cpu.h"
#include "core/log.h"
#include "core/panic.h"
#include "core/table.h"
#include "trace.h"

static u64 last_id;		/* 2^64 spaces do not come to be: identifiers never repeat */

/* --- creation ------------------------------------------------------------------------------------------------------- */

/* PAGE is cleared. */
static struct space *
space_init(struct frame *page, struct space *home)
{
	struct space *space = arch_direct(frame_address(page));

	object_init(&space->object, KIND_SPACE, home ? home : space);
	space->id = ++last_id;
	space->object.serial = (u32)space->id;
	cap_table_init(&space->caps);
	format(space->name, sizeof(space->name), "space %lu", space->id);
	trace(TRACE_CREATE, KIND_SPACE, space->id);
	return space;
}

static void
child_link(struct space *home, struct space *space)
{
	space->nesting = home->nesting + 1;
	space->sibling_next = home->children;
	space->sibling_pprev = &home->children;
	if (home->children)
		home->children->sibling_pprev = &space->sibling_next;
	home->children = space;
}

static void
child_unlink(struct space *space)
{
	*space->sibling_pprev = space->sibling_next;
	if (space->sibling_next)
		space->sibling_next->sibling_pprev = space->sibling_pprev;
}

enum status
space_create(struct space *home, struct space **out)
{
	if (home->object.dying)
		return ERR_WRONG_STATE;
	if (home->nesting == SPACE_NESTING)
		return ERR_LIMIT;
	struct frame *page = kmem_page_alloc(home, FRAME_PAGE, KIND_SPACE);
	if (!page)
		return ERR_NO_KMEM;
	struct space *space = space_init(page, home);
	child_link(home, space);
	*out = space;
	return OK;
}

struct space *
space_create_first(void)
{
	struct frame *page = frame_take_first();

	if (!page)
		return NULL;
	struct space *space = space_init(page, NULL);
	kmem_adopt(space, page, KIND_SPACE);
	return space;
}

enum status
space_prepare(struct space *space)
{
	if (space->object.dying)
		return ERR_WRONG_STATE;
	if (space->root)
		return OK;
	enum status status = table_root_make(space);
	if (status)
		return status;
	status = cap_grow(space, 0);
	if (status)
		table_root_free(space);
	return status;
}

/* --- destruction ---------------------------------------------------------------------------------------------------- */

static bool
is_above(const struct space *above, const struct space *space)
{
	while (space != above && space->object.home != space)
		space = space->object.home;
	return space == above;
}

/* The idle thread has neither a space nor a home. */
bool
space_holds_current(const struct space *space)
{
	const struct thread *t = current_thread();

	return t->space && (is_above(space, t->space) || is_above(space, t->object.home));
}

/* The first of the spaces that have none below them; all that are above it are dying, so that there will be no more of them. */
static struct space *
last_child(struct space *space)
{
	while (space->children) {
		space = space->children;
		space->object.dying = true;
	}
	return space;
}

/* Threads first, which might make more of the rest; then what was made from the pool. */
static enum status
destroy_objects(struct space *space)
{
	struct object *o;

	for (;;) {
		if (space->threads)
			o = &space->threads->object;
		else if (space->children)
			o = &last_child(space)->object;
		else if (!(o = kmem_object_any(space)))
			return OK;
		if (object_destroy(o) == STATUS_RESTART || preempt_point())
			return STATUS_RESTART;
	}
}

static enum status
destroy_mappings(struct space *space)
{
	const u64 pages = (USER_END - USER_START) >> PAGE_SHIFT;

	if (!space->root)
		return OK;
	if (space->mapped[0] + space->mapped[1] + space->mapped[2] == 0)
		return space_trim(space);
	if (space_unmap_range(space, USER_START, pages, &space->destroyed) == STATUS_RESTART)
		return STATUS_RESTART;
	return space_trim(space);
}

enum status
space_destroy(struct space *space)
{
	if (destroy_objects(space) || destroy_mappings(space) || cap_table_destroy(space))
		return STATUS_RESTART;
	if (space->root)
		table_root_free(space);
	if (frame_disown(space) || kmem_destroy(space))
		return STATUS_RESTART;
	child_unlink(space);
	trace(TRACE_DESTROY, KIND_SPACE, space->id);
	object_fini(&space->object);
	kmem_page_free(frame_of(arch_physical(space)));
	return OK;
}
