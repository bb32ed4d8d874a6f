/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The heap: chunks with boundary tags in regions that heap_extend gives, free ones in lists by size.
 *
 *   region:  | next region | chunk | chunk | ... | end |        end: a header of size 0, never free
 *   chunk:   | size of the one before, if that is free | size + flags | payload ... |
 *
 * No two free chunks are neighbours.  List n holds the free chunks of 2^n to 2^(n+1) - 1 bytes; `filled` has a bit for each list that
 * is not empty.  An allocation takes the first chunk that fits from its own list, else any from the next filled one, so that
 * only its own list is ever searched.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <janus/rt.h>
#include "heap.h"

#define LISTS		64
#define HEADER		offsetof(struct chunk, next)
#define CHUNK_MINIMUM	sizeof(struct chunk)
#define REGION_MINIMUM	(64ul << 10)	/* asked for at once */
#define BYTES_LIMIT	(1ul << 46)	/* more than a space has */
#define PAGE		4096ul

enum { CHUNK_USED = 1, BEFORE_USED = 2, FLAGS = HEAP_ALIGN - 1 };

struct chunk {
	size_t before;			/* size of the chunk before; valid while that is free */
	size_t tag;			/* own size, a multiple of 16, and flags */
	struct chunk *next, **pprev;	/* of its list; only while free */
};
_Static_assert(sizeof(struct chunk) == 32, "the smallest chunk holds its links and keeps the alignment");

struct region {
	struct region *next;
	struct chunk *end;
};
_Static_assert(sizeof(struct region) % HEAP_ALIGN == 0, "the first chunk follows");

static struct chunk *list[LISTS];
static uint64_t filled;
static struct region *regions;		/* newest first */

/* --- chunks ------------------------------------------------------------------------------------------------------ */

static size_t
chunk_size(const struct chunk *c)
{
	return c->tag & ~(size_t)FLAGS;
}

static struct chunk *
chunk_at(struct chunk *c, size_t offset)
{
	return (struct chunk *)((char *)c + offset);
}

static struct chunk *
chunk_after(struct chunk *c)
{
	return chunk_at(c, chunk_size(c));
}

static void *
chunk_payload(struct chunk *c)
{
	return (char *)c + HEADER;
}

static struct chunk *
chunk_of(const void *p)
{
	struct chunk *c = (struct chunk *)((uintptr_t)p - HEADER);

	if ((uintptr_t)p % HEAP_ALIGN || !(c->tag & CHUNK_USED) || chunk_size(c) < CHUNK_MINIMUM ||
	    !(chunk_after(c)->tag & BEFORE_USED))
		abort();		/* not allocated, freed already, or overwritten */
	return c;
}

/* Size of the chunk for a request of BYTES bytes. */
static size_t
chunk_bytes(size_t bytes)
{
	size_t size = (bytes + HEADER + FLAGS) & ~(size_t)FLAGS;

	return size < CHUNK_MINIMUM ? CHUNK_MINIMUM : size;
}

/* --- lists of free chunks ---------------------------------------------------------------------------------------- */

static unsigned
list_of(size_t size)
{
	return 63 - __builtin_clzl(size);
}

static void
list_insert(struct chunk *c)
{
	unsigned n = list_of(chunk_size(c));

	c->next = list[n];
	c->pprev = &list[n];
	if (c->next)
		c->next->pprev = &c->next;
	list[n] = c;
	filled |= 1ul << n;
}

static void
list_remove(struct chunk *c)
{
	unsigned n = list_of(chunk_size(c));

	*c->pprev = c->next;
	if (c->next)
		c->next->pprev = c->pprev;
	if (!list[n])
		filled &= ~(1ul << n);
}

static struct chunk *
list_find(size_t size)
{
	unsigned n = list_of(size);

	for (struct chunk *c = list[n]; c; c = c->next) {
		if (chunk_size(c) >= size)
			return c;
	}
	uint64_t larger = filled & ~1ul << n;
	return larger ? list[__builtin_ctzl(larger)] : NULL;
}

/* --- free and used ------------------------------------------------------------------------------------------------ */

/* SIZE bytes at C become a free chunk, one with its free neighbours. */
static void
make_free(struct chunk *c, size_t size)
{
	struct chunk *after = chunk_at(c, size);

	if (!(c->tag & BEFORE_USED)) {
		c = (struct chunk *)((char *)c - c->before);
		list_remove(c);
		size += chunk_size(c);
	}
	if (!(after->tag & CHUNK_USED)) {
		list_remove(after);
		size += chunk_size(after);
		after = chunk_after(after);
	}
	c->tag = size | BEFORE_USED;
	after->before = size;
	after->tag &= ~(size_t)BEFORE_USED;
	list_insert(c);
}

/* The used chunk C gives back what it has beyond SIZE, when that makes a chunk. */
static void
trim(struct chunk *c, size_t size)
{
	size_t rest = chunk_size(c) - size;
	struct chunk *tail = chunk_at(c, size);

	if (rest < CHUNK_MINIMUM)
		return;
	c->tag = size | (c->tag & FLAGS);
	tail->tag = BEFORE_USED;
	make_free(tail, rest);
}

/* The free chunk C is used from now on. */
static void
make_used(struct chunk *c)
{
	list_remove(c);
	c->tag |= CHUNK_USED;
	chunk_after(c)->tag |= BEFORE_USED;
}

/* BYTES bytes at MEMORY come to the heap: behind the newest region, or as one of their own. */
static void
region_add(char *memory, size_t bytes)
{
	struct region *r = regions;
	struct chunk *first;

	if (r && chunk_payload(r->end) == memory) {
		first = r->end;		/* its header is where the new chunk begins */
	} else {
		r = (struct region *)memory;
		r->next = regions;
		regions = r;
		first = (struct chunk *)(r + 1);
		first->tag = BEFORE_USED;
	}
	r->end = (struct chunk *)(memory + bytes - HEADER);
	r->end->tag = CHUNK_USED | BEFORE_USED;
	make_free(first, (char *)r->end - (char *)first);
}

/* Memory with room for a chunk of SIZE bytes. */
static bool
extend(size_t size)
{
	size_t least = (size + sizeof(struct region) + HEADER + PAGE - 1) & ~(PAGE - 1);
	size_t bytes = least < REGION_MINIMUM ? REGION_MINIMUM : least;
	void *memory = heap_extend(bytes);

	if (!memory && bytes > least)
		memory = heap_extend(bytes = least);
	if (memory)
		region_add(memory, bytes);
	return memory;
}

/* --- interface --------------------------------------------------------------------------------------------------- */

void *
heap_alloc(size_t bytes)
{
	if (bytes > BYTES_LIMIT)
		return NULL;
	size_t size = chunk_bytes(bytes);
	struct chunk *c = list_find(size);
	if (!c && extend(size))
		c = list_find(size);
	if (!c)
		return NULL;
	make_used(c);
	trim(c, size);
	return chunk_payload(c);
}

void *
heap_alloc_aligned(size_t align, size_t bytes)
{
	if (align <= HEAP_ALIGN)
		return heap_alloc(bytes);
	if (align > BYTES_LIMIT || bytes > BYTES_LIMIT)
		return NULL;
	void *p = heap_alloc(bytes + align + CHUNK_MINIMUM);
	if (!p || (uintptr_t)p % align == 0)
		return p;

	/* Cut off the front: at least a chunk. */
	struct chunk *c = chunk_of(p);
	uintptr_t aligned = ((uintptr_t)p + CHUNK_MINIMUM + align - 1) & -align;
	size_t front = aligned - (uintptr_t)p;
	struct chunk *rest = chunk_at(c, front);
	rest->tag = (chunk_size(c) - front) | CHUNK_USED | BEFORE_USED;
	make_free(c, front);
	trim(rest, chunk_bytes(bytes));
	return chunk_payload(rest);
}

void
heap_free(void *p)
{
	struct chunk *c = chunk_of(p);

	make_free(c, chunk_size(c));
}

/* C takes as much of a free chunk behind it as it needs. */
static bool
grow_in_place(struct chunk *c, size_t size)
{
	struct chunk *after = chunk_after(c);

	if (after->tag & CHUNK_USED || chunk_size(c) + chunk_size(after) < size)
		return false;
	make_used(after);
	c->tag += chunk_size(after);
	trim(c, size);
	return true;
}

void *
heap_resize(void *p, size_t bytes)
{
	struct chunk *c = chunk_of(p);

	if (bytes > BYTES_LIMIT)
		return NULL;
	size_t size = chunk_bytes(bytes);
	if (size <= chunk_size(c)) {
		trim(c, size);
		return p;
	}
	if (grow_in_place(c, size))
		return p;
	void *to = heap_alloc(bytes);
	if (to) {
		memcpy(to, p, chunk_size(c) - HEADER);
		heap_free(p);
	}
	return to;
}

size_t
heap_usable(const void *p)
{
	return chunk_size(chunk_of(p)) - HEADER;
}

static void
require(bool condition)
{
	if (!condition)
		abort();
}

static void
region_check(struct region *r, size_t *used, size_t *free)
{
	struct chunk *c = (struct chunk *)(r + 1);
	size_t before = 0;		/* size of the chunk before when that is free */

	for (; c != r->end; c = chunk_after(c)) {
		require(chunk_size(c) >= CHUNK_MINIMUM && chunk_size(c) <= (size_t)((char *)r->end - (char *)c));
		require(!(c->tag & BEFORE_USED) == (before != 0) && (!before || c->before == before));
		before = c->tag & CHUNK_USED ? 0 : chunk_size(c);
		require(!before || (c->tag & BEFORE_USED));
		require(!before || *c->pprev == c);
		*(before ? free : used) += chunk_size(c);
	}
	require(!(c->tag & BEFORE_USED) == (before != 0) && chunk_size(c) == 0);
}

void
heap_check(size_t *used, size_t *free)
{
	size_t listed = 0;

	*used = *free = 0;
	for (struct region *r = regions; r; r = r->next)
		region_check(r, used, free);
	for (unsigned n = 0; n < LISTS; n++) {
		require(!list[n] == !(filled >> n & 1));
		for (struct chunk *c = list[n]; c; c = c->next) {
			require(list_of(chunk_size(c)) == n && !(c->tag & CHUNK_USED));
			listed += chunk_size(c);
		}
	}
	require(listed == *free);
}
