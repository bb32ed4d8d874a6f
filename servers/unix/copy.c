/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the core and programs' memory, which the server has in its window: page by page, each looked up in the shadow, or brought. */
#include <errno.h>
#include <string.h>
#include <janus/kinds.h>
#include <unix/memory.h>
#include <unix/process.h>
#include <unix/shadow.h>
#include "copy.h"

static char *__attribute__((noinline))
bring(struct task *t, uint64_t address, unsigned access)
{
	const struct host_space *s = &t->process->memory->host;
	page_t page = space_seen(s, address, access);

	if (!page) {
		if (address >= MEMORY_END || memory_page(t->process, address & -UNIX_PAGE, access, &page))
			return NULL;
		space_see(s, address, access, page);
	}
	return (char *)page_at(page) + address % UNIX_PAGE;
}

/* Where the server has the program's ADDRESS, and the rest of its page; NULL: the program cannot reach it so. */
static inline char *
reach(struct task *t, uint64_t address, unsigned access)
{
	page_t page = shadow_page(&t->process->memory->host.shadow, address, access);

	if (__builtin_expect(address >= MEMORY_END || !page, 0))
		return bring(t, address, access);
	return (char *)page_at(page) + address % UNIX_PAGE;
}

/* The same at a glance: all BYTES are in one page, whose leaf is remembered. */
void *
host_glance(struct task *t, uint64_t address, size_t bytes, unsigned access)
{
	const struct shadow_node *n = shadow_leaf_recent(&t->process->memory->host.shadow, address);
	uint32_t word = n ? n->word[address / UNIX_PAGE % SHADOW_WORDS] : 0;

	if (access & ~word || address % UNIX_PAGE + bytes > UNIX_PAGE)
		return NULL;
	return (char *)page_at(word >> SHADOW_PAGE) + address % UNIX_PAGE;
}

static __attribute__((noinline)) void *
at_far(struct task *t, uint64_t address, size_t bytes, unsigned rights)
{
	return address % UNIX_PAGE + bytes <= UNIX_PAGE ? reach(t, address, rights) : NULL;
}

void *
host_at(struct task *t, uint64_t address, size_t bytes, unsigned rights)
{
	char *at = host_glance(t, address, bytes, rights);

	return at ? at : at_far(t, address, bytes, rights);
}

static inline uint64_t
rest_of_page(uint64_t address)
{
	return UNIX_PAGE - address % UNIX_PAGE;
}

static __attribute__((noinline)) int
copy_in_pages(struct task *t, void *to, uint64_t from, size_t bytes)
{
	char *out = to;

	while (bytes) {
		uint64_t left = rest_of_page(from);
		const char *at = reach(t, from, RIGHT_READ);
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
host_copy_in(struct task *t, void *to, uint64_t from, size_t bytes)
{
	const char *at = host_glance(t, from, bytes, RIGHT_READ);

	if (__builtin_expect(!at, 0))
		return copy_in_pages(t, to, from, bytes);
	memcpy(to, at, bytes);
	return 0;
}

static __attribute__((noinline)) int
copy_out_pages(struct task *t, uint64_t to, const void *from, size_t bytes)
{
	const char *in = from;

	while (bytes) {
		uint64_t left = rest_of_page(to);
		char *at = reach(t, to, RIGHT_WRITE);
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

int
host_copy_out(struct task *t, uint64_t to, const void *from, size_t bytes)
{
	char *at = host_glance(t, to, bytes, RIGHT_WRITE);

	if (__builtin_expect(!at, 0))
		return copy_out_pages(t, to, from, bytes);
	memcpy(at, from, bytes);
	return 0;
}

int64_t
host_copy_text(struct task *t, char *to, uint64_t from, size_t size)
{
	size_t done = 0;

	while (done < size) {
		uint64_t left = rest_of_page(from + done);
		const char *at = reach(t, from + done, RIGHT_READ);
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
