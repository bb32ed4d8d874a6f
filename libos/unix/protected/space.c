/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs' spaces: each is an environment from its beginning, whose door and page tables the server fills.
 *
 * What a program has is shared into its space out of the window, and it holds no capability to it: so the server takes it back, or rights, without its help.  An environment
 * is never another program's afterwards, since who had it may have left something there.
 */
#include <errno.h>
#include <exo/calls.h>
#include <exo/pool.h>
#include <exo/stubs.h>
#include <unix/memory.h>
#include <unix/shadow.h>
#include "libos/unix/domain.h"
#include "libos/unix/manager.h"
#include "servers/unix/copy.h"
#include "server.h"

#define READ_WRITE	(RIGHT_READ | RIGHT_WRITE)
#define KMEM_FIRST	14		/* pages of kernel memory: root, capabilities, thread, records, three tables of two places each, and one of a third, and its records */
#define KMEM_MORE	4		/* and so many when there are none left */
#define KEEP		64		/* of the server's allowance, that stay unused */

/* --- the beginning --------------------------------------------------------------------------------------------------------------------- */

/* A page of the window is bound when it is touched; to be shared it must be. */
static void
page_touch(const void *at)
{
	*(const volatile char *)at;
}

static struct batch_call
context(uint64_t number, uint64_t index, const char *handler, const char *back, const char *back_end)
{
	return (struct batch_call){ .call = number, .argument = { UNIX_AREAS + index * sizeof(struct save_area), stub_at(handler), stub_at(back), stub_at(back_end) } };
}

/* With which calls of the kernel the environment begins, in the order in which stub.S has the areas. */
static void
door_begin(struct door *d)
{
	*d = (struct door){ 0 };
	d->call[0] = context(CALL_CALL_CONTEXT, 0, stub_call, stub_back, stub_back_end);
	d->call[1] = context(CALL_ADDRESSING_CONTEXT, 1, stub_fault, stub_back, stub_back);
	d->call[2] = context(CALL_EXCEPTION_CONTEXT, 2, stub_exception, stub_back, stub_back);
	d->call[3] = context(CALL_INTERRUPT_CONTEXT, 3, stub_event, stub_event_back, stub_event_back_end);
	d->call[3].argument[4] = EVENT_END;
	d->call[4] = (struct batch_call){ .call = CALL_LIBRARY, .argument = { UNIX_STUB, UNIX_STUB + UNIX_PAGE } };
}

static enum status
space_fill(struct host_space *s)
{
	enum status status = call_space_fund(s->slot, KMEM_FIRST);

	if (!status)
		status = call_space_allow(s->slot, 1);
	if (!status)
		status = call_space_share(s->slot, UNIX_STUB, (uintptr_t)stub_begin, 1, RIGHT_READ | RIGHT_EXECUTE);
	if (!status)
		status = call_space_share(s->slot, UNIX_DOOR, (uintptr_t)space_door(s), 1, READ_WRITE);
	if (!status)
		status = call_environment_create(s->slot, &s->name);
	return status ? status : call_environment_start(s->slot, UNIX_STUB, 0, own->environment->name);
}

static int
space_make(struct host_space *s)
{
	if (call_space_create(s->slot))
		return -ENOMEM;
	door_begin(space_door(s));
	if (!space_fill(s))
		return 0;
	call_destroy(s->slot);
	return -ENOMEM;
}

int
host_space_create(struct host_space *s)
{
	*s = (struct host_space){ 0 };
	if (allowance_left() < KMEM_FIRST + 1 + KEEP || !(s->door = host_page_take()))
		return -ENOMEM;
	if (!slot_take(&s->slot)) {
		if (!space_make(s)) {
			domain->spare = allowance_left();
			return 0;
		}
		slot_give(s->slot);
	}
	host_page_give(s->door);
	return -ENOMEM;
}

/* Before its pages are anybody else's. */
void
host_space_close(struct host_space *s)
{
	call_destroy(s->slot);
	slot_give(s->slot);
	s->slot = 0;
}

void
host_space_destroy(struct host_space *s)
{
	shadow_end(&s->shadow);
	host_page_give(s->door);
	domain->spare = allowance_left();
}

/* --- mappings ---------------------------------------------------------------------------------------------------------------------------- */

/* Where the tree has nothing, the page tables have nothing: a leaf's pages with one call, since the kernel would look through all of a range. */
static void
cut(struct host_space *s, uint64_t address, uint64_t pages, unsigned rights)
{
	uint64_t end = address + pages * UNIX_PAGE;
	struct host_mapping m;

	while (s->slot && shadow_next(&s->shadow, address, end, &m)) {
		address = (m.address | (SHADOW_WORDS * UNIX_PAGE - 1)) + 1;
		if (address > end)
			address = end;
		call_space_unbind(s->slot, m.address, (address - m.address) / UNIX_PAGE, rights);
	}
}

/* What was mapped last, if that was several pages one behind the other: for a fault at the first of them. */
static struct {
	const struct host_space *space;
	uint64_t address;
	unsigned pages;
} run;

int
host_map(struct host_space *s, const struct host_mapping *m, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (shadow_prepare(&s->shadow, m[i].address))
			return -ENOMEM;
	}
	for (unsigned i = 0; i < count; i++) {
		uint32_t old = shadow_set(&s->shadow, &m[i]);
		if (old && (old >> SHADOW_PAGE != m[i].page || old & SHADOW_RIGHTS & ~m[i].rights))
			call_space_unbind(s->slot, m[i].address, 1, 0);
	}
	run.space = s;
	run.address = m->address;
	run.pages = count;
	return 0;
}

void
host_unmap(struct host_space *s, uint64_t address, uint64_t pages)
{
	cut(s, address, pages, 0);
	shadow_unmap(&s->shadow, address, pages);
}

void
host_protect(struct host_space *s, uint64_t address, uint64_t pages, unsigned rights)
{
	cut(s, address, pages, rights);
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

/* All is in the tree, where copy.c has looked. */
page_t
space_seen(const struct host_space *s, uint64_t address, unsigned access)
{
	return 0;
}

void
space_see(const struct host_space *s, uint64_t address, unsigned access, page_t page)
{
}

/* --- faults -------------------------------------------------------------------------------------------------------------------------------- */

static enum status
page_share(const struct host_space *s, uint64_t at, const void *page, unsigned rights)
{
	enum status status;

	do
		status = call_space_share(s->slot, at, (uintptr_t)page, 1, rights);
	while (status == ERR_NO_KMEM && allowance_left() > KMEM_MORE && !call_space_fund(s->slot, KMEM_MORE));
	return status;
}

/* It may be there already, with fewer rights. */
static enum status
page_bring(struct host_space *s, uint64_t at)
{
	uint32_t word = shadow_at(&s->shadow, at);
	const void *page = page_at(word >> SHADOW_PAGE);

	if (!(word & SHADOW_RIGHTS))
		return OK;
	page_touch(page);
	enum status status = page_share(s, at, page, word & SHADOW_RIGHTS);
	if (status != ERR_EXISTS)
		return status;
	call_space_unbind(s->slot, at, 1, 0);
	return page_share(s, at, page, word & SHADOW_RIGHTS);
}

bool
space_bring(const struct task *t, uint64_t address)
{
	struct host_space *s = t->host.space;
	uint64_t at = address & -UNIX_PAGE;
	unsigned pages = run.space == s && run.address == at ? run.pages : 1;
	enum status status = page_bring(s, at);

	while (!status && --pages)
		status = page_bring(s, at += UNIX_PAGE);
	return status == OK;
}
