/* SPDX-License-Identifier: BSD-2-Clause */
/* The allocator behind malloc; lib/rt/malloc.c gives it its C names. */
#pragma once

#include <stddef.h>

#define HEAP_ALIGN	16		/* of every allocation */

/* NULL: no memory.  BYTES may be 0: a place of its own all the same. */
void *heap_alloc(size_t bytes);

/* ALIGN is a power of two. */
void *heap_alloc_aligned(size_t align, size_t bytes);

/* P must be allocated; a pointer that is not ends the program. */
void heap_free(void *p);

/* P's contents at a place with BYTES bytes, perhaps the same; NULL: no memory, P stays. */
void *heap_resize(void *p, size_t bytes);

/* How many of its bytes may be used: at least those asked for. */
size_t heap_usable(const void *p);

/* Bytes in use and free, headers included; walks everything and ends the program when it is not consistent. */
void heap_check(size_t *used, size_t *free);
