/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A page that is not there, or not so.
 *
 *     no area ───────────────► -EFAULT            a file's, shared ──► its page
 *     not allowed ───────────► -EACCES            a file's, private ─► its page to read, a copy to write
 *                                                 zeroes ────────────► the page of zeroes to read, a new one to write
 */
#include <errno.h>
#include <sys/resource.h>
#include "area.h"

#define STACK_GAP	(256 * UNIX_PAGE)	/* that stays free below a stack */

/* The stack above ADDRESS, grown down to it. */
static struct area *
stack_grow(struct process *p, uint64_t address)
{
	struct memory *m = p->memory;
	struct area *a = area_from(m, address);
	uint64_t start = page_down(address);

	if (!a || !a->grows || a->end - start > p->limit[RLIMIT_STACK][0] || a->start - start > p->limit[RLIMIT_AS][0] - m->bytes)
		return NULL;
	if (a->before && start < a->before->end + STACK_GAP)
		return NULL;
	m->bytes += a->start - start;
	a->start = start;
	return a;
}

/* What is at ADDRESS now goes, and M's is there. */
static int
page_put(struct memory *m, const struct host_mapping *new, const struct host_mapping *old)
{
	if (host_map(&m->host, new, 1)) {
		if (new->counted && !(old && old->counted && old->page == new->page))
			page_return(new->page);
		return -ENOMEM;
	}
	if (new->counted && !(old && old->counted) && ++m->pages > m->pages_most)
		m->pages_most = m->pages;
	if (old && old->counted && old->page != new->page)
		page_drop(old->page);
	return 0;
}

/* --- what is not mapped ---------------------------------------------------------------------------------------------------------- */

/* That one alone: a page more in the reply of l4's server, and a binding of exo's library, cost what a fault does. */
static int
bring_file(struct memory *m, const struct area *a, uint64_t address, bool write)
{
	struct host_mapping new = { .address = address, .rights = a->rights };
	int error = node_page(a->node, area_index(a, address), &new.page);

	if (error)
		return error;
	if (a->sharing && write)
		return host_map(&m->host, &new, 1);
	if (write) {
		new.page = page_copy(new.page);
		new.counted = true;
		return new.page ? page_put(m, &new, NULL) : -ENOMEM;
	}
	new.rights &= (uint8_t)~RIGHT_WRITE;
	return host_map(&m->host, &new, 1);
}

static int
bring_zeroes(struct memory *m, const struct area *a, uint64_t address, bool write)
{
	struct host_mapping new = { .address = address, .page = write ? page_make() : shared->memory.zero, .rights = a->rights, .counted = write };

	if (!new.page)
		return -ENOMEM;
	if (!write)
		new.rights &= (uint8_t)~RIGHT_WRITE;
	return page_put(m, &new, NULL);
}

/* --- what is ------------------------------------------------------------------------------------------------------------------------ */

/* To be written: its memory's alone already, or from now on. */
static int
make_own(struct memory *m, const struct area *a, const struct host_mapping *old)
{
	struct host_mapping new = *old;

	new.rights = a->rights;
	if (!a->sharing && !(old->counted && !page_shared(old->page))) {
		new.page = old->page == shared->memory.zero ? page_make() : page_copy(old->page);
		new.counted = true;
		if (!new.page)
			return -ENOMEM;
	}
	return page_put(m, &new, old);
}

/* A mapping that was put off, or rights that were taken and given again. */
static int
map_again(struct memory *m, const struct area *a, const struct host_mapping *old)
{
	struct host_mapping new = *old;
	bool writable = a->sharing || (old->counted && !page_shared(old->page));

	new.rights = a->rights & (uint8_t)(writable ? RIGHTS_ALL : RIGHTS_ALL & ~RIGHT_WRITE);
	return host_map(&m->host, &new, 1);
}

/* ------------------------------------------------------------------------------------------------------------------------------------ */

int
memory_fault(struct process *p, uint64_t address, unsigned access)
{
	struct memory *m = p->memory;
	struct area *a = area_at(m, address);
	bool write = access & RIGHT_WRITE;
	struct host_mapping old;

	if (!a)
		a = stack_grow(p, address);
	if (!a)
		return -EFAULT;
	if (access & ~a->rights)
		return -EACCES;
	address = page_down(address);
	if (host_next(&m->host, address, address + UNIX_PAGE, &old))
		return write ? make_own(m, a, &old) : map_again(m, a, &old);
	return a->node ? bring_file(m, a, address, write) : bring_zeroes(m, a, address, write);
}

int
memory_patch(struct process *p, uint64_t address, page_t *page)
{
	struct memory *m = p->memory;
	const struct area *a = area_at(m, address);
	struct host_mapping found;

	if (!a || !a->node || a->sharing || (a->rights & (RIGHT_WRITE | RIGHT_EXECUTE)) != RIGHT_EXECUTE)
		return -EACCES;
	address = page_down(address);
	int error = memory_page(p, address, RIGHT_EXECUTE, page);
	if (error || !host_next(&m->host, address, address + UNIX_PAGE, &found))
		return error ? error : -EFAULT;
	if (found.counted && !page_shared(found.page))
		return 0;
	error = make_own(m, a, &found);
	return error ? error : memory_page(p, address, RIGHT_EXECUTE, page);
}

int
memory_page(struct process *p, uint64_t address, unsigned access, page_t *page)
{
	struct memory *m = p->memory;
	struct host_mapping found;

	address = page_down(address);
	for (int tries = 0; tries < 2; tries++) {
		if (host_next(&m->host, address, address + UNIX_PAGE, &found) && !(access & ~found.rights)) {
			*page = found.page;
			return 0;
		}
		int error = memory_fault(p, address, access);
		if (error)
			return error;
	}
	return -EFAULT;
}
