/* SPDX-License-Identifier: BSD-2-Clause */
/* mremap. */
#include <errno.h>
#include <sys/mman.h>
#include <unix/calls.h>
#include "area.h"

#define FLAGS_KNOWN (MREMAP_MAYMOVE | MREMAP_FIXED | MREMAP_DONTUNMAP)

/* Pages of [FROM, FROM + BYTES) are at TO instead, where nothing is.  Those that did not come, for want of memory, are where they were. */
static int
pages_move(struct memory *m, uint64_t from, uint64_t to, uint64_t bytes)
{
	struct host_mapping found;

	for (uint64_t at = from; host_next(&m->host, at, from + bytes, &found); at = found.address + UNIX_PAGE) {
		uint64_t old = found.address;
		found.address = to + (old - from);
		if (host_map(&m->host, &found, 1))
			return -ENOMEM;
		host_unmap(&m->host, old, 1);
		found.address = old;
	}
	return 0;
}

/* A's content, all or a part of it, as a request for another place. */
static struct area_request
request_like(const struct area *a, uint64_t from, uint64_t to, uint64_t bytes)
{
	return (struct area_request){
		.start = to, .bytes = bytes, .offset = a->node ? a->offset + (from - a->start) : 0, .node = a->node,
		.rights = a->rights, .may = a->may, .name = a->name, .sharing = a->sharing };
}

static int64_t
move(struct process *p, const struct area *a, uint64_t old, uint64_t old_bytes, uint64_t to, uint64_t bytes, bool keep)
{
	struct memory *m = p->memory;
	const struct area_request r = request_like(a, old, to, bytes);
	uint64_t most = old_bytes < bytes ? old_bytes : bytes;
	int error = memory_map(p, &r);

	if (!error && (error = pages_move(m, old, to, most))) {
		pages_move(m, to, old, most);
		memory_unmap(m, to, bytes);
	}
	if (!error && !keep)
		error = memory_unmap(m, old, old_bytes);
	return error ? error : (int64_t)to;
}

/* Where it is, if there is room behind it. */
static bool
grow(struct process *p, const struct area *a, uint64_t end, uint64_t bytes)
{
	struct area_request r = request_like(a, end, end, bytes);

	return a->end == end && (!a->next || a->next->start >= end + bytes) && memory_inside(end, bytes) && !memory_map(p, &r);
}

static int
fixed_check(uint64_t old, uint64_t old_bytes, uint64_t new, uint64_t bytes)
{
	if (new % UNIX_PAGE || !memory_inside(new, bytes) || (new < old + old_bytes && old < new + bytes))
		return -EINVAL;
	return 0;
}

int64_t
unix_mremap(struct task *t, uint64_t old, uint64_t old_size, uint64_t size, int flags, uint64_t new)
{
	struct process *p = t->process;
	uint64_t old_bytes = page_up(old_size), bytes = page_up(size);
	bool keep = flags & MREMAP_DONTUNMAP;

	if (old % UNIX_PAGE || flags & ~FLAGS_KNOWN || !bytes || (flags & MREMAP_FIXED && !(flags & MREMAP_MAYMOVE)) ||
	    (keep && (!(flags & MREMAP_MAYMOVE) || bytes != old_bytes)))
		return -EINVAL;
	const struct area *a = area_at(p->memory, old);
	if (!a)
		return -EFAULT;
	if (!old_bytes)
		return -EINVAL;		/* a second view of shared memory: not served */
	if (old + old_bytes > a->end || old + old_bytes < old)
		return -EFAULT;
	if (flags & MREMAP_FIXED) {
		int error = fixed_check(old, old_bytes, new, bytes);
		if (error || (error = memory_unmap(p->memory, new, bytes)))
			return error;
		return move(p, area_at(p->memory, old), old, old_bytes, new, bytes, keep);
	}
	if (bytes < old_bytes) {
		int error = memory_unmap(p->memory, old + bytes, old_bytes - bytes);
		return error ? error : (int64_t)old;
	}
	if (!keep && (bytes == old_bytes || grow(p, a, old + old_bytes, bytes - old_bytes)))
		return (int64_t)old;
	uint64_t room = flags & MREMAP_MAYMOVE ? memory_room(p->memory, bytes) : 0;
	return room ? move(p, a, old, old_bytes, room, bytes, keep) : -ENOMEM;
}
