/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs' spaces.  What is mapped is in the shadow; the kernel's tables have of it what has been touched: pages come into them in the
 * reply to a fault.  What goes, goes from both at once.
 *
 * A lazy shadow has only what cannot be found again, pages that are counted.  The kernel's tables may then show more than it says, so that they are cut without
 * looking, and where the first counted page comes, too: but for a fault's, which takes the place of what is there by the reply.
 *
 * Spaces of processes that have ended are kept, empty, for the next: their tables and pools stay.
 */
#include <errno.h>
#include <string.h>
#include <janus/kinds.h>
#include <janus/slots.h>
#include <l4/fault.h>
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

static bool lazy;

/* What a lazy shadow has not: pages that the core has looked at of late.  All are forgotten at once, by a new age. */
#define SEEN		16

static struct {
	const struct host_space *space;
	uint64_t number, age;
	page_t page;
	unsigned access;
} seen[SEEN];
static uint64_t age = 1;

bool
space_shadow(const char *mode)
{
	lazy = !strcmp(mode, "lazy");
	return lazy || !strcmp(mode, "full");
}

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

/* It is kept: its mappings go one by one. */
void
host_space_close(struct host_space *s)
{
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
	age++;
	call_unmap(s->slot, address, pages, rights, true);
}

static bool
is_written_down(const struct host_mapping *m)
{
	return m->counted || !lazy;
}

/* The fault that is served, and was not put off: what was mapped for it goes into its reply. */
static struct {
	const struct fiber *fiber;	/* NULL: there is none */
	unsigned mapped;
	struct host_mapping map[IPC_ITEMS];
} fault;

void
space_fault(void)
{
	fault.fiber = fiber_current;
	fault.mapped = 0;
}

/* The fault that is served in S has its first mappings now: its reply has them.  False: there is none, or it has them. */
static bool
reply_has(const struct host_space *s, const struct host_mapping *m, unsigned count)
{
	const struct fiber *f = fault.fiber;

	if (!f || f != fiber_current || fault.mapped || !f->task || &f->task->process->memory->host != s)
		return false;
	fault.mapped = count < IPC_ITEMS ? count : IPC_ITEMS;
	fault.map[0] = m[0];
	if (__builtin_expect(fault.mapped > 1, 0))
		memcpy(fault.map, m, fault.mapped * sizeof(*m));
	return true;
}

/* The kernel has nothing else in place of M, where the shadow had the word OLD. */
static inline void
kernel_clear(struct host_space *s, const struct host_mapping *m, uint32_t old, bool replied)
{
	if (old ? old >> SHADOW_PAGE != m->page || old & SHADOW_RIGHTS & ~m->rights : lazy && !replied)
		kernel_cut(s, m->address, 1, 0);
}

int
host_map(struct host_space *s, const struct host_mapping *m, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (is_written_down(&m[i]) && shadow_prepare(&s->shadow, m[i].address))
			return -ENOMEM;
	}
	bool replied = reply_has(s, m, count);
	age++;
	for (unsigned i = 0; i < count; i++) {
		if (is_written_down(&m[i]))
			kernel_clear(s, &m[i], shadow_set(&s->shadow, &m[i]), replied);
	}
	return 0;
}

page_t
space_seen(const struct host_space *s, uint64_t address, unsigned access)
{
	uint64_t number = address / UNIX_PAGE;
	unsigned i = number % SEEN;

	return seen[i].space == s && seen[i].number == number && seen[i].age == age && !(access & ~seen[i].access) ? seen[i].page : 0;
}

void
space_see(const struct host_space *s, uint64_t address, unsigned access, page_t page)
{
	uint64_t number = address / UNIX_PAGE;

	if (!lazy)
		return;
	seen[number % SEEN].space = s;
	seen[number % SEEN].number = number;
	seen[number % SEEN].age = age;
	seen[number % SEEN].access = access;
	seen[number % SEEN].page = page;
}

/* From the first on that the kernel can have.  False: it has none. */
static bool
kernel_has(const struct host_space *s, uint64_t *address, uint64_t end)
{
	struct host_mapping m;

	if (lazy)
		return true;
	if (!host_next(s, *address, end, &m))
		return false;
	*address = m.address;
	return true;
}

void
host_unmap(struct host_space *s, uint64_t address, uint64_t pages)
{
	uint64_t from = address, end = address + pages * UNIX_PAGE;

	if (!kernel_has(s, &from, end))
		return;
	kernel_cut(s, from, (end - from) / UNIX_PAGE, 0);
	shadow_unmap(&s->shadow, address, pages);
}

void
host_protect(struct host_space *s, uint64_t address, uint64_t pages, unsigned rights)
{
	uint64_t from = address, end = address + pages * UNIX_PAGE;

	if (!kernel_has(s, &from, end))
		return;
	kernel_cut(s, from, (end - from) / UNIX_PAGE, rights);
	shadow_protect(&s->shadow, address, pages, rights);
}

bool
host_next(const struct host_space *s, uint64_t address, uint64_t end, struct host_mapping *m)
{
	return shadow_next((struct shadow *)&s->shadow, address, end, m);
}

bool
host_next_counted(const struct host_space *s, uint64_t address, uint64_t end, struct host_mapping *m)
{
	return shadow_next_counted((struct shadow *)&s->shadow, address, end, m);
}

/* --- faults -------------------------------------------------------------------------------------------------------------------------------- */

static void
item_fill(struct ipc_item *item, const struct host_mapping *m)
{
	*item = (struct ipc_item){ .kind = ITEM_MAP, .rights = m->rights, .from = (uintptr_t)page_at(m->page), .size = PAGE_BITS, .at = m->address };
}

/* None, when the call had to wait: the program faults once more. */
unsigned
space_answer(void)
{
	fault.fiber = NULL;
	for (unsigned i = 0; i < fault.mapped; i++)
		item_fill(&thread_utcb()->out[i], &fault.map[i]);
	return (unsigned)IPC_TAG_OF(0, fault.mapped, 0);
}

void
space_silent(void)
{
	const struct fiber *f = fault.fiber;

	for (; lazy && f && fault.mapped && f->task; fault.mapped--) {
		const struct host_mapping *m = &fault.map[fault.mapped - 1];
		if (m->counted)
			kernel_cut(&f->task->process->memory->host, m->address, 1, 0);
	}
	fault.fiber = NULL;
	fault.mapped = 0;
}
