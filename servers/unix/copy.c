/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the core and programs' memory, which the server has in its window: page by page, each looked up in the shadow, or brought. */
#include <errno.h>
#include <string.h>
#include <janus/kinds.h>
#include <unix/memory.h>
#include "host.h"

/* Where the server has the program's ADDRESS, and how many bytes are left in its page; NULL: the program cannot reach it so. */
static char *
reach(struct task *t, uint64_t address, unsigned access, uint64_t *left)
{
	uint64_t start = address & -UNIX_PAGE;
	struct host_mapping m;

	if (address >= MEMORY_END)
		return NULL;
	if (!host_next(&t->process->memory->host, start, start + UNIX_PAGE, &m) || access & ~m.rights) {
		if (memory_page(t->process, start, access, &m.page))
			return NULL;
	}
	*left = UNIX_PAGE - address % UNIX_PAGE;
	return (char *)page_at(m.page) + address % UNIX_PAGE;
}

int
host_copy_in(struct task *t, void *to, uint64_t from, size_t bytes)
{
	char *out = to;

	while (bytes) {
		uint64_t left;
		const char *at = reach(t, from, RIGHT_READ, &left);
		if (!at)
			return -EFAULT;
		uint64_t n = left < bytes ? left : bytes;
		memcpy(out, at, n);
		out += n;
		from += n;
		bytes -= n;
	}
	return 0;
}

int
host_copy_out(struct task *t, uint64_t to, const void *from, size_t bytes)
{
	const char *in = from;

	while (bytes) {
		uint64_t left;
		char *at = reach(t, to, RIGHT_WRITE, &left);
		if (!at)
			return -EFAULT;
		uint64_t n = left < bytes ? left : bytes;
		memcpy(at, in, n);
		in += n;
		to += n;
		bytes -= n;
	}
	return 0;
}

int64_t
host_copy_text(struct task *t, char *to, uint64_t from, size_t size)
{
	size_t done = 0;

	while (done < size) {
		uint64_t left;
		const char *at = reach(t, from + done, RIGHT_READ, &left);
		if (!at)
			return -EFAULT;
		uint64_t n = left < size - done ? left : size - done;
		size_t length = strnlen(at, n);
		memcpy(to + done, at, length < n ? length + 1 : n);
		done += length;
		if (length < n)
			return (int64_t)done;
	}
	return -ENAMETOOLONG;
}
