/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Fork: a new environment with the parent's memory, that goes on where the parent is.
 *
 * The parent fills it: pages of the image that can be written and the first stack are copied through a window; everything else is shared.  The child
 * begins in child_begin, on a stack of its own in the image, because the one that it is to go on with may be borrowed and nobody answers faults
 * yet; it sets its contexts up and then returns from setjmp.
 */
#include <setjmp.h>
#include <string.h>
#include <exo/frames.h>
#include <exo/slices.h>
#include <exo/stubs.h>
#include <janus/kinds.h>
#include <janus/layout.h>
#include <janus/slots.h>
#include "internal.h"

#define READ_WRITE	(RIGHT_READ | RIGHT_WRITE)
#define WINDOW		0xfff10000ul
#define CHILD_PAGES	0xfff30000ul	/* and the parent with child n: n pages further */
#define SLICE_SLOT	8		/* and of its slice, behind those */
#define KMEM		96
#define ALLOWANCE_SHARE	4		/* of the pages that a process may still take, a child gets one in so many */

static jmp_buf point;
static uint64_t fs_base;
static char stack[8192] __attribute__((aligned(16)));

extern char __executable_start[], _end[];

/* --- the parent fills the child ------------------------------------------------------------------------------------------------- */

/* A copy of the page at AT, in the child's space. */
static enum status
page_copy(struct child *c, uint64_t slot, uint64_t at)
{
	if (c->copies == COPIES)
		return ERR_LIMIT;
	enum status status = page_alloc(FRAME_ANY, 0, &c->copy[c->copies]);
	if (status)
		return status;
	struct page_token page = c->copy[c->copies++];
	status = call_bind(WINDOW, page.payload, page.mac, READ_WRITE);
	if (status)
		return status;
	memcpy((void *)WINDOW, (const void *)at, PAGE_BYTES);
	status = call_space_share(slot, at, WINDOW, 1, READ_WRITE);
	call_unbind(WINDOW, 1);
	return status;
}

static enum status
range_give(struct child *c, uint64_t slot, uint64_t from, uint64_t to)
{
	uint64_t physical, granted, rights, accessed, dirty;
	enum status status = OK;

	for (uint64_t at = from & -PAGE_BYTES; !status && at < to; at += PAGE_BYTES) {
		if (call_binding(at, &physical, &granted, &rights, &accessed, &dirty))
			continue;
		if (granted & RIGHT_WRITE)
			status = page_copy(c, slot, at);
		else
			status = call_space_share(slot, at, at, 1, granted | RIGHT_SHARE);
	}
	return status;
}

static enum status
family_page(struct child *c, uint64_t slot, uint64_t at)
{
	enum status status = page_alloc(FRAME_ANY, 0, &c->page);

	if (!status)
		status = call_bind(at, c->page.payload, c->page.mac, READ_WRITE);
	c->family = (struct family *)at;
	return status ? status : call_space_share(slot, FAMILY_PAGE, at, 1, READ_WRITE);
}

static void child_begin(uint64_t unused) __attribute__((noreturn));

static enum status
allowance_give(uint64_t slot)
{
	uint64_t allowance, given, held, kmem, kmem_free;
	enum status status = call_holdings(SLOT_OWN, &allowance, &given, &held, &kmem, &kmem_free);

	return status ? status : call_space_allow(slot, (allowance - given - held) / ALLOWANCE_SHARE);
}

static enum status
child_fill(struct child *c, uint64_t slot, uint64_t at)
{
	enum status status = call_space_fund(slot, KMEM);

	if (!status)
		status = allowance_give(slot);
	if (!status)
		status = family_page(c, slot, at);
	if (!status)
		status = pages_lend(slot);
	if (!status)
		status = range_give(c, slot, (uintptr_t)__executable_start, (uintptr_t)_end);
	if (!status)
		status = range_give(c, slot, USER_STACK_TOP - USER_STACK_BYTES, USER_STACK_TOP);
	if (!status)
		status = range_give(c, slot, USER_BOOTINFO, USER_BOOTINFO + PAGE_BYTES);
	if (!status)
		status = call_environment_create(slot, &c->name);
	return status ? status : call_environment_start(slot, (uintptr_t)child_begin, (uintptr_t)stack + sizeof(stack) - 8, 0);
}

/* Only the first environment takes slices. */
static bool
slice_take(uint64_t slot)
{
	uint64_t payload, mac, position;

	return !call_slice_alloc(SLICE_ANY, slot, slot + SLICE_SLOT, &payload, &mac, &position);
}

static int
child_make(void)
{
	int n = 1;

	while (n <= CHILDREN && children[n].name)
		n++;
	if (n > CHILDREN || call_cap_grow(SLOT_OWN, CHILD_SLOT + n) || call_space_create(CHILD_SLOT + n))
		return -1;
	children_living++;
	if (child_fill(&children[n], CHILD_SLOT + n, CHILD_PAGES + n * PAGE_BYTES) == OK) {
		children[n].sliced = slice_take(CHILD_SLOT + n);
		return n;
	}
	child_clear(n);
	return -1;
}

/* --- the child begins ----------------------------------------------------------------------------------------------------------- */

/* Everything that it does not have although the copy of its parent's memory says so. */
static void
child_begin(uint64_t unused __attribute__((unused)))
{
	family_forget();
	process_forked = true;
	slots_forget();
	pages_borrowed();
	tiny_begin();
	signals_begin();
	reclaim_begin();
	call_thread_fs_base(fs_base);
	longjmp(point, 1);
}

int
process_fork(void)
{
	__asm__("mov %%fs:0, %0" : "=r"(fs_base));
	return setjmp(point) ? 0 : child_make();
}

void
process_begin(void)
{
	tiny_begin();
	signals_begin();
	reclaim_begin();
}
