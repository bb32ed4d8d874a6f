/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * UTCBs: a page of the pool that the thread is from, which the kernel has through the direct map for as long as the thread lives.
 *
 * What user level does with its mappings of it, unmapping, deriving, granting, is nothing to the kernel: it never uses them.  They are
 * one list, as those of a device are; when the thread goes away they go first, so that nobody sees what becomes of the page.
 */
#include "core/arch.h"
#include "core/frame.h"
#include "core/named.h"
#include "personalities/l4/handlers.h"
#include "personalities/l4/l4.h"

static enum status
utcb_make(struct thread *t)
{
	struct frame *page = kmem_page_alloc(t->object.home, FRAME_PAGE, KIND_NONE);

	if (!page)
		return ERR_NO_KMEM;
	l4_thread(t)->utcb = arch_direct(frame_address(page));
	return OK;
}

enum status
sys_thread_utcb(struct thread *self, const struct args_thread_utcb *a, struct out_thread_utcb *out)
{
	struct thread *t;
	struct map *m;
	enum status status = thread_named(self, a->thread, RIGHT_CONTROL, &t);

	if (status)
		return status;
	if (t->object.dying)
		return ERR_WRONG_STATE;
	if (!l4_thread(t)->utcb && utcb_make(t))
		return ERR_NO_KMEM;
	return space_map_device(t->space, a->address, arch_direct_physical(l4_thread(t)->utcb), RIGHT_READ | RIGHT_WRITE,
				CACHE_WRITE_BACK, &l4_thread(t)->utcb_maps, &m);
}

enum status
utcb_drop(struct thread *t)
{
	struct l4_thread *l4 = l4_thread(t);

	if (map_list_clear(&l4->utcb_maps) == STATUS_RESTART)
		return STATUS_RESTART;
	if (l4->utcb)
		kmem_page_free(frame_of(arch_direct_physical(l4->utcb)));
	l4->utcb = NULL;
	return OK;
}
