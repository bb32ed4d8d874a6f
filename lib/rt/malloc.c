/* SPDX-License-Identifier: BSD-2-Clause */
/* The heap under its C names. */
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>
#include <string.h>
#include "heap.h"

static void *
or_errno(void *p)
{
	if (!p)
		errno = ENOMEM;
	return p;
}

void *
malloc(size_t bytes)
{
	return or_errno(heap_alloc(bytes));
}

void *
calloc(size_t count, size_t bytes)
{
	size_t total;

	if (__builtin_mul_overflow(count, bytes, &total))
		return or_errno(NULL);
	void *p = malloc(total);
	return p ? memset(p, 0, total) : NULL;
}

void
free(void *p)
{
	if (p)
		heap_free(p);
}

void *
realloc(void *p, size_t bytes)
{
	return or_errno(p ? heap_resize(p, bytes) : heap_alloc(bytes));
}

void *
aligned_alloc(size_t align, size_t bytes)
{
	if (align == 0 || align & (align - 1)) {
		errno = EINVAL;
		return NULL;
	}
	return or_errno(heap_alloc_aligned(align, bytes));
}

void *
memalign(size_t align, size_t bytes)
{
	return aligned_alloc(align, bytes);
}

int
posix_memalign(void **p, size_t align, size_t bytes)
{
	if (align < sizeof(void *) || align & (align - 1))
		return EINVAL;
	void *place = heap_alloc_aligned(align, bytes);
	if (!place)
		return ENOMEM;
	*p = place;
	return 0;
}

size_t
malloc_usable_size(void *p)
{
	return p ? heap_usable(p) : 0;
}
