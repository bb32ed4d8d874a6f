/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A page that is not there, or not so.
 *
 *     no area ───────────────► -EFAULT            a file's, shared ──► its page
 *     not allowed ───────────► -EACCES            a file's, private ─► its page to read, a copy to write
 *                                                 zeroes ────────────► the page of zeroes to read, a new one to write
 *
 * A program that writes new pages one behind the other gets some ahead.  Whose page the core wants to see gets that alone.
 */
#include <errno.h>
#include <sys/resource.h>
#include "area.h"

#define STACK_GAP	(256 * UNIX_PAGE)	/* that stays free below a stack */
#define RUN_SHARE	8			/* of pages that were touched one behind the other, as many more come unasked */

/* The stack above ADDRESS, grown down to it. */
static __attribute__((noinline)) struct area *
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

/*
 * How many pages come at once where one is to be written.  A program that has touched pages one behind the other gets an eighth as many more, HOST_RUN at most: so at most a
 * ninth come in vain, and to who touches a few here and there none.
 */
static unsigned
run_take(struct area *a, uint64_t address)
{
	if (address != a->run_end) {
		a->run = 1;
		a->run_end = address + UNIX_PAGE;
		return 1;
	}
	uint64_t left = (a->end - address) / UNIX_PAGE, most = left < HOST_RUN ? left : HOST_RUN, count = a->run / RUN_SHARE + 1;
	if (count > most)
		count = most;
	a->run += (uint32_t)count;
	a->run_end += count * UNIX_PAGE;
	return (unsigned)count;
}

/* The first has its page.  The others: how many of MOST there are, up to one that is mapped. */
static __attribute__((noinline)) unsigned
zeroes_ahead(struct memory *m, unsigned most, struct host_mapping batch[HOST_RUN])
{
	struct host_mapping other;
	unsigned count = 1;

	for (; count < most; count++) {
		batch[count] = batch[count - 1];
		batch[count].address += UNIX_PAGE;
		if (host_next(&m->host, batch[count].address, batch[count].address + UNIX_PAGE, &other) || !(batch[count].page = page_make()))
			break;
	}
	return count;
}

static int
bring_zeroes(struct memory *m, unsigned most, struct host_mapping batch[HOST_RUN])
{
	batch[0].page = page_make();
	batch[0].counted = true;
	if (!batch[0].page)
		return -ENOMEM;
	unsigned count = most > 1 ? zeroes_ahead(m, most, batch) : 1;
	if (host_map(&m->host, batch, count)) {
		while (count)
			page_return(batch[--count].page);
		return -ENOMEM;
	}
	m->pages += count;
	if (m->pages > m->pages_most)
		m->pages_most = m->pages;
	return 0;
}

static __attribute__((noinline)) int
show_zeroes(struct memory *m, struct host_mapping *new)
{
	new->page = shared->memory.zero;
	new->rights &= (uint8_t)~RIGHT_WRITE;
	return host_map(&m->host, new, 1);
}

static __attribute__((noinline)) int
bring_file(struct memory *m, const struct area *a, bool write, struct host_mapping *new)
{
	int error = node_page(a->node, area_index(a, new->address), &new->page);

	if (error)
		return error;
	if (write && !a->sharing) {
		new->page = page_copy(new->page);
		new->counted = true;
		return new->page ? page_put(m, new, NULL) : -ENOMEM;
	}
	if (!write)
		new->rights &= (uint8_t)~RIGHT_WRITE;
	return host_map(&m->host, new, 1);
}

struct memory_view
memory_view(struct memory *m, uint64_t address)
{
	const struct area *a = area_from(m, address);
	bool inside = a && a->start <= address;
	struct memory_view v = { .address = address, .end = inside ? a->end : a ? a->start : MEMORY_END };
	uint64_t count = 1;

	if (!inside || !a->node)
		return v;
	v.page = node_pages(a->node, area_index(a, address), &count);
	v.rights = a->rights & ~(unsigned)RIGHT_WRITE;
	if (count < (v.end - address) / UNIX_PAGE)
		v.end = address + count * UNIX_PAGE;
	return v;
}

/* --- what is ------------------------------------------------------------------------------------------------------------------------ */

/* To be written: its memory's alone already, or from now on. */
static __attribute__((noinline)) int
make_own(struct memory *m, const struct area *a, const struct host_mapping *old, struct host_mapping *new)
{
	*new = *old;
	new->rights = a->rights;
	if (!a->sharing && !(old->counted && !page_shared(old->page))) {
		new->page = old->page == shared->memory.zero ? page_make() : page_copy(old->page);
		new->counted = true;
		if (!new->page)
			return -ENOMEM;
	}
	return page_put(m, new, old);
}

/* A mapping that was put off, or rights that were taken and given again. */
static __attribute__((noinline)) int
map_again(struct memory *m, const struct area *a, const struct host_mapping *old, struct host_mapping *new)
{
	bool writable = a->sharing || (old->counted && !page_shared(old->page));

	*new = *old;
	new->rights = a->rights & (uint8_t)(writable ? RIGHTS_ALL : RIGHTS_ALL & ~RIGHT_WRITE);
	return host_map(&m->host, new, 1);
}

/* ------------------------------------------------------------------------------------------------------------------------------------ */

/* As memory_fault; NOW[0] is what is mapped there then. */
static int
bring(struct process *p, uint64_t address, unsigned access, bool ahead, struct host_mapping now[HOST_RUN])
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
		return write ? make_own(m, a, &old, now) : map_again(m, a, &old, now);
	now[0] = (struct host_mapping){ .address = address, .rights = a->rights };
	if (a->node)
		return bring_file(m, a, write, now);
	if (!write)
		return show_zeroes(m, now);
	return bring_zeroes(m, ahead ? run_take(a, address) : 1, now);
}

/* New zeroes are brought in one piece, with what is called of other files for that: few things that programs do are as frequent. */
__attribute__((flatten)) int
memory_fault(struct process *p, uint64_t address, unsigned access)
{
	struct host_mapping now[HOST_RUN];

	return bring(p, address, access, true, now);
}

/* What is at ADDRESS, where it is brought if it is not there for ACCESS. */
static int
page_find(struct process *p, uint64_t address, unsigned access, struct host_mapping now[HOST_RUN])
{
	if (host_next(&p->memory->host, address, address + UNIX_PAGE, &now[0]) && !(access & ~now[0].rights))
		return 0;
	return bring(p, address, access, false, now);
}

int
memory_page(struct process *p, uint64_t address, unsigned access, page_t *page)
{
	struct host_mapping now[HOST_RUN];
	int error = page_find(p, page_down(address), access, now);

	if (!error)
		*page = now[0].page;
	return error;
}

int
memory_patch(struct process *p, uint64_t address, page_t *page)
{
	struct memory *m = p->memory;
	const struct area *a = area_at(m, address);
	struct host_mapping now[HOST_RUN];

	if (!a || !a->node || a->sharing || (a->rights & (RIGHT_WRITE | RIGHT_EXECUTE)) != RIGHT_EXECUTE)
		return -EACCES;
	int error = page_find(p, page_down(address), RIGHT_EXECUTE, now);
	if (!error && !(now[0].counted && !page_shared(now[0].page))) {
		struct host_mapping found = now[0];
		error = make_own(m, a, &found, now);
	}
	if (!error)
		*page = now[0].page;
	return error;
}
