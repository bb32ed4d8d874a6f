/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs' spaces.  What is mapped is in the shadow; the kernel's tables have of it what has been touched: a page comes into them in the
 * reply to a fault.  What goes, goes from both at once.
 *
 * Spaces of processes that have ended are kept, empty, for the next: their tables and pools stay.
 */
#include <errno.h>
#include <janus/kinds.h>
#include <janus/slots.h>
#include <l4/stubs.h>
#include <l4/thread.h>
#include <unix/memory.h>
#include <unix/shadow.h>
#include "host.h"

#define PAGE_BITS	12
#define LENT_AT_FIRST	12		/* pages: the root, the capability table, four each for the tables of two places, records of 64 pages */
#define LEFT		2		/* pages that an empty space has in use: the root, the capability table */
#define POOL_MOST	256		/* that come back at once */
#define KEPT		8192		/* as many as there can be tasks */
#define READY		32		/* of those */

/* Those that can be used at once first, behind them those whose pools were taken back. */
static uint64_t kept[KEPT];
static unsigned keeps, ready;

/* --- life ------------------------------------------------------------------------------------------------------------------------------ */

static enum status
space_fill(uint64_t slot, uint64_t pages)
{
	enum status status = call_space_lend(slot, pages);

	if (status == ERR_NO_KMEM && space_release())
		status = call_space_lend(slot, pages);
	return status ? status : call_space_prepare(slot);
}

static int
space_make(uint64_t *slot)
{
	*slot = slot_take();
	if (!*slot)
		return -ENOMEM;
	if (call_space_create(*slot) == OK) {
		if (space_fill(*slot, LENT_AT_FIRST) == OK)
			return 0;
		call_object_destroy(*slot);
	}
	slot_give(*slot);
	return -ENOMEM;
}

int
host_space_create(struct host_space *s)
{
	*s = (struct host_space){ 0 };
	if (!keeps)
		return space_make(&s->slot);
	s->slot = kept[keeps - 1];
	if (keeps > ready && space_fill(s->slot, LENT_AT_FIRST - LEFT))
		return -ENOMEM;
	if (--keeps < ready)
		ready = keeps;
	return 0;
}

uint64_t
space_kept(void)
{
	uint64_t all = 0, pages, unused;

	for (unsigned i = 0; i < ready; i++) {
		if (call_kmem_info(kept[i], &pages, &unused) == OK)
			all += pages;
	}
	return all;
}

bool
space_release(void)
{
	uint64_t taken = 0, all = 0;

	for (; ready; all += taken)
		call_space_reclaim(kept[--ready], POOL_MOST, &taken);
	return all;
}

void
host_space_destroy(struct host_space *s)
{
	uint64_t taken;

	shadow_end(&s->shadow);
	if (keeps == KEPT) {
		call_object_destroy(s->slot);
		slot_give(s->slot);
		return;
	}
	if (ready == keeps && ready < READY)
		ready++;
	else
		call_space_reclaim(s->slot, POOL_MOST, &taken);
	memory_reserve();
	kept[keeps++] = s->slot;
}

/* --- mappings ---------------------------------------------------------------------------------------------------------------------------- */

/* The kernel's tables have nothing of these pages any more, or no more rights than these. */
static void
kernel_cut(const struct host_space *s, uint64_t address, uint64_t pages, unsigned rights)
{
	call_unmap(s->slot, address, pages, rights, true);
}

int
host_map(struct host_space *s, const struct host_mapping *m, unsigned count)
{
	struct host_mapping old;

	for (unsigned i = 0; i < count; i++) {
		if (shadow_prepare(&s->shadow, m[i].address))
			return -ENOMEM;
	}
	for (unsigned i = 0; i < count; i++) {
		if (shadow_next(&s->shadow, m[i].address, m[i].address + UNIX_PAGE, &old) && (old.page != m[i].page || old.rights & ~m[i].rights))
			kernel_cut(s, m[i].address, 1, 0);
		shadow_set(&s->shadow, &m[i]);
	}
	return 0;
}

void
host_unmap(struct host_space *s, uint64_t address, uint64_t pages)
{
	struct host_mapping m;

	if (!shadow_next(&s->shadow, address, address + pages * UNIX_PAGE, &m))
		return;
	kernel_cut(s, m.address, pages - (m.address - address) / UNIX_PAGE, 0);
	shadow_unmap(&s->shadow, address, pages);
}

void
host_protect(struct host_space *s, uint64_t address, uint64_t pages, unsigned rights)
{
	struct host_mapping m;

	if (!shadow_next(&s->shadow, address, address + pages * UNIX_PAGE, &m))
		return;
	kernel_cut(s, m.address, pages - (m.address - address) / UNIX_PAGE, rights);
	shadow_protect(&s->shadow, address, pages, rights);
}

bool
host_next(const struct host_space *s, uint64_t address, uint64_t end, struct host_mapping *m)
{
	return shadow_next((struct shadow *)&s->shadow, address, end, m);
}

/* --- faults -------------------------------------------------------------------------------------------------------------------------------- */

unsigned
space_answer(struct task *t, uint64_t address)
{
	uint32_t word = shadow_at(&t->process->memory->host.shadow, address);

	if (!(word & SHADOW_RIGHTS))
		return 0;
	thread_utcb()->out[0] = (struct ipc_item){
		.kind = ITEM_MAP, .rights = word & SHADOW_RIGHTS, .from = (uintptr_t)page_at(word >> SHADOW_PAGE), .size = PAGE_BITS,
		.at = address & -UNIX_PAGE };
	return IPC_TAG_OF(0, 1, 0);
}
