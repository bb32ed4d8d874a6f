/* SPDX-License-Identifier: BSD-2-Clause */
/* System calls on memory, but mremap. */
#include <errno.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <unix/calls.h>
#include "area.h"

#define MAP_KNOWN_TYPES		(MAP_SHARED | MAP_PRIVATE | MAP_SHARED_VALIDATE)
#define RIGHTS_AT_ONCE		8	/* pages */
#define PROTECTION_KNOWN	(PROT_READ | PROT_WRITE | PROT_EXEC | PROT_GROWSDOWN | PROT_GROWSUP)

/* On this processor what can be written or executed can be read. */
static uint8_t
rights_of(int protection)
{
	uint8_t rights = 0;

	if (protection & PROT_WRITE)
		rights |= RIGHT_READ | RIGHT_WRITE;
	if (protection & PROT_EXEC)
		rights |= RIGHT_READ | RIGHT_EXECUTE;
	return protection & PROT_READ ? rights | RIGHT_READ : rights;
}

/* --- brk ------------------------------------------------------------------------------------------------------------------------ */

static int
heap_grow(struct process *p, uint64_t from, uint64_t to)
{
	const struct area *next = area_from(p->memory, from);
	const struct area_request r = {
		.start = from, .bytes = to - from, .rights = RIGHT_READ | RIGHT_WRITE, .may = RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE, .name = AREA_HEAP };

	if (!memory_inside(from, to - from) || (next && next->start < to + UNIX_PAGE))
		return -ENOMEM;
	return memory_map(p, &r);
}

int64_t
unix_brk(struct task *t, uint64_t end)
{
	struct process *p = t->process;
	struct memory *m = p->memory;
	uint64_t from = page_up(m->brk), to = page_up(end);
	int error = 0;

	if (end < m->brk_start || end > MEMORY_END || end - m->brk_start > p->limit[RLIMIT_DATA][0])
		return (int64_t)m->brk;
	if (to > from)
		error = heap_grow(p, from, to);
	else if (to < from)
		error = memory_unmap(m, to, from - to);
	if (!error)
		m->brk = end;
	return (int64_t)m->brk;
}

/* --- mmap ------------------------------------------------------------------------------------------------------------------------ */

/* The content, what may be asked of it later, and whether writes are the node's. */
static int
content_of(struct task *t, struct area_request *r, int flags, int fd)
{
	int type = flags & MAP_KNOWN_TYPES;
	struct file *f;

	if (type != MAP_SHARED && type != MAP_PRIVATE && type != MAP_SHARED_VALIDATE)
		return -EINVAL;
	r->sharing = type != MAP_PRIVATE;
	r->may = RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE;
	if (flags & MAP_ANONYMOUS) {
		r->offset = 0;
		r->node = r->sharing ? node_anonymous(r->bytes) : NULL;
		return r->sharing && !r->node ? -ENOMEM : 0;
	}
	f = file_of(t, fd);
	if (!f)
		return -EBADF;
	if (!f->readable || (r->sharing && !f->writable && r->rights & RIGHT_WRITE))
		return -EACCES;
	int error = file_content(f, &r->node);
	if (error)
		return error;
	if (r->sharing && !f->writable)
		r->may &= (uint8_t)~RIGHT_WRITE;
	if (r->node)
		node_hold(r->node);
	return 0;
}

static int
place_of(struct memory *m, struct area_request *r, int flags)
{
	const struct area *next;

	if (flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)) {
		if (r->start % UNIX_PAGE)
			return -EINVAL;
		if (!memory_inside(r->start, r->bytes))
			return -ENOMEM;
		next = area_from(m, r->start);
		return flags & MAP_FIXED_NOREPLACE && next && next->start < r->start + r->bytes ? -EEXIST : 0;
	}
	r->start = page_up(r->start);
	next = area_from(m, r->start);
	if (r->start < MEMORY_LOW || !memory_inside(r->start, r->bytes) || (next && next->start < r->start + r->bytes))
		r->start = memory_room(m, r->bytes);
	return r->start ? 0 : -ENOMEM;
}

/* All of it, as far as it can be brought: errors are for who touches it. */
static void
populate(struct process *p, const struct area_request *r)
{
	unsigned access = r->rights & RIGHT_WRITE && !r->sharing ? RIGHT_WRITE : RIGHT_READ;

	for (uint64_t at = r->start; r->rights && at < r->start + r->bytes; at += UNIX_PAGE) {
		if (memory_fault(p, at, access))
			return;
	}
}

int64_t
unix_mmap(struct task *t, uint64_t start, uint64_t size, int protection, int flags, int fd, uint64_t offset)
{
	struct area_request r = { .start = start, .bytes = page_up(size), .offset = offset, .rights = rights_of(protection), .grows = flags & MAP_GROWSDOWN };

	if (!size || offset % UNIX_PAGE)
		return -EINVAL;
	if (!r.bytes || r.bytes > MEMORY_END)
		return -ENOMEM;
	if (offset + r.bytes < offset)
		return -EOVERFLOW;
	int error = content_of(t, &r, flags, fd);
	if (error)
		return error;
	error = place_of(t->process->memory, &r, flags);
	if (!error)
		error = memory_map(t->process, &r);
	if (r.node)
		node_drop(r.node);
	if (error)
		return error;
	if (flags & (MAP_POPULATE | MAP_LOCKED))
		populate(t->process, &r);
	return (int64_t)r.start;
}

int64_t
unix_munmap(struct task *t, uint64_t start, uint64_t size)
{
	if (start % UNIX_PAGE || !size || !memory_inside(start, size))
		return -EINVAL;
	return memory_unmap(t->process->memory, start, page_up(size));
}

/* --- mprotect -------------------------------------------------------------------------------------------------------------------- */

/* A few pages that are given rights are given because they are touched next: the mappings are made at once. */
static void
rights_give(struct process *p, const struct area *a, uint64_t start, uint64_t end)
{
	struct host_mapping found;

	if (end - start > RIGHTS_AT_ONCE * UNIX_PAGE)
		return;
	for (uint64_t at = start; host_next(&p->memory->host, at, end, &found); at = found.address + UNIX_PAGE) {
		if (found.counted)
			memory_fault(p, found.address, a->rights & RIGHT_WRITE ? RIGHT_WRITE : RIGHT_READ);
	}
}

static void
area_protect(struct process *p, struct area *a, uint8_t rights)
{
	uint8_t had = a->rights;

	a->rights = rights;
	if (had & ~rights)
		host_protect(&p->memory->host, a->start, (a->end - a->start) / UNIX_PAGE, rights);
	if (rights & ~had)
		rights_give(p, a, a->start, a->end);
}

/* All of it is in A: what that does not keep of its borders needs no look at its neighbours, whose rights are not the new ones. */
static int
part_protect(struct process *p, struct area *a, uint64_t start, uint64_t end, uint8_t rights)
{
	bool inside = a->start < start && end < a->end;

	if (rights & ~a->may)
		return -EACCES;
	if (rights == a->rights)
		return 0;
	if (area_carve(p->memory, a, start, end))
		return -ENOMEM;
	area_protect(p, a, rights);
	if (!inside)
		area_join(p->memory, start, end);
	return 0;
}

int64_t
unix_mprotect(struct task *t, uint64_t start, uint64_t size, int protection)
{
	struct memory *m = t->process->memory;
	uint8_t rights = rights_of(protection);
	uint64_t end = start + page_up(size);

	if (start % UNIX_PAGE || protection & ~PROTECTION_KNOWN)
		return -EINVAL;
	if (start == end)
		return 0;
	if (end < start)
		return -ENOMEM;
	struct area *whole = area_at(m, start);
	if (whole && end <= whole->end)
		return part_protect(t->process, whole, start, end, rights);
	if (!memory_inside(start, end - start) || area_split(m, start) || area_split(m, end))
		return -ENOMEM;
	int error = area_covers(m, start, end) ? 0 : -ENOMEM;
	uint64_t at = start;
	for (struct area *a = area_from(m, start); a && a->start == at && at < end; at = a->end, a = a->next) {
		if (rights & ~a->may) {
			error = -EACCES;
			break;
		}
		area_protect(t->process, a, rights);
	}
	area_join(m, start, end);
	return error;
}

/* --- advice, locks, presence ---------------------------------------------------------------------------------------------------------- */

static int
range_check(uint64_t start, uint64_t size)
{
	if (start % UNIX_PAGE)
		return -EINVAL;
	return memory_inside(start, page_up(size)) && page_up(size) >= size ? 0 : -ENOMEM;
}

int64_t
unix_madvise(struct task *t, uint64_t start, uint64_t size, int advice)
{
	struct memory *m = t->process->memory;
	uint64_t end = start + page_up(size);

	if (advice < MADV_NORMAL || (advice > MADV_DONTNEED && advice < MADV_FREE) || advice > MADV_PAGEOUT || start % UNIX_PAGE || end < start)
		return -EINVAL;
	int error = range_check(start, size) || !area_covers(m, start, end) ? -ENOMEM : 0;
	if (advice != MADV_DONTNEED)
		return error;
	for (struct area *a = area_from(m, start); a && a->start < end; a = a->next)
		pages_drop(m, a->start > start ? a->start : start, a->end < end ? a->end : end);
	return error;
}

int64_t
unix_msync(struct task *t, uint64_t start, uint64_t size, int flags)
{
	if (flags & ~(MS_ASYNC | MS_SYNC | MS_INVALIDATE) || (flags & MS_ASYNC && flags & MS_SYNC))
		return -EINVAL;
	int error = range_check(start, size);
	if (error)
		return error;
	return area_covers(t->process->memory, start, start + page_up(size)) ? 0 : -ENOMEM;
}

int64_t
unix_mincore(struct task *t, uint64_t start, uint64_t size, uint64_t to)
{
	struct memory *m = t->process->memory;
	uint64_t end = start + page_up(size);
	struct host_mapping found;

	if (range_check(start, size))
		return start % UNIX_PAGE ? -EINVAL : -ENOMEM;
	if (!area_covers(m, start, end))
		return -ENOMEM;
	for (uint64_t at = start; at < end; at += UNIX_PAGE) {
		unsigned char there = host_next(&m->host, at, at + UNIX_PAGE, &found);
		if (host_copy_out(t, to++, &there, 1))
			return -EFAULT;
	}
	return 0;
}

int64_t
unix_mlock2(struct task *t, uint64_t start, uint64_t size, int flags)
{
	struct process *p = t->process;
	uint64_t first = page_down(start), end = page_up(start + size);

	if (flags & ~MLOCK_ONFAULT)
		return -EINVAL;
	if (start + size < start || !memory_inside(first, end - first) || !area_covers(p->memory, first, end))
		return -ENOMEM;
	for (uint64_t at = first; !flags && at < end; at += UNIX_PAGE) {
		int error = memory_fault(p, at, area_at(p->memory, at)->rights & RIGHT_WRITE && !area_at(p->memory, at)->sharing ? RIGHT_WRITE : RIGHT_READ);
		if (error)
			return -ENOMEM;
	}
	return 0;
}

int64_t
unix_mlock(struct task *t, uint64_t start, uint64_t size)
{
	return unix_mlock2(t, start, size, 0);
}

int64_t
unix_munlock(struct task *t, uint64_t start, uint64_t size)
{
	uint64_t first = page_down(start), end = page_up(start + size);

	return start + size >= start && memory_inside(first, end - first) && area_covers(t->process->memory, first, end) ? 0 : -ENOMEM;
}

int64_t
unix_mlockall(struct task *t, int flags)
{
	return !flags || flags & ~(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) || flags == MCL_ONFAULT ? -EINVAL : 0;
}

int64_t
unix_munlockall(struct task *t)
{
	return 0;
}
