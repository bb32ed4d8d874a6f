/* SPDX-License-Identifier: BSD-2-Clause */
/* The heap against a table of what was allocated: places do not overlap, contents stay, everything comes back. */
#include <stdlib.h>
#include <string.h>
#include <janus/rt.h>
#include "lib/rt/heap.h"
#include "ops_heap.h"

#define PLACES	64

struct heap_source heap_source;

static struct place {
	unsigned char *p;
	size_t bytes;
	unsigned char pattern;
} places[PLACES];

void
heap_source_allow(size_t limit, size_t gap)
{
	struct heap_source *s = &heap_source;

	if (!s->memory) {
		s->memory = aligned_alloc(PAGE_SIZE, HEAP_SPACE);
		memset(s->memory, 0xa5, HEAP_SPACE);
	}
	s->limit = s->taken + limit < HEAP_SPACE ? s->taken + limit : HEAP_SPACE;
	s->gap = gap;
}

void *
heap_extend(size_t bytes)
{
	struct heap_source *s = &heap_source;
	size_t at = s->taken + s->gap;

	expect(bytes % PAGE_SIZE == 0);
	if (at > s->limit || bytes > s->limit - at)
		return NULL;
	s->taken = at + bytes;
	return s->memory + at;
}

static void
place_verify(const struct place *place)
{
	expect((uintptr_t)place->p % HEAP_ALIGN == 0 && heap_usable(place->p) >= place->bytes);
	for (size_t i = 0; i < place->bytes; i++)
		expect(place->p[i] == place->pattern);
}

/* Mostly small, sometimes more than a region. */
static size_t
choose_bytes(struct input *in)
{
	static const u64 limits[] = { 1, 64, 300, 5000, 100000 };

	return input_below(in, limits[input_below(in, ARRAY_SIZE(limits))]);
}

static void
place_fill(struct place *place, void *p, size_t bytes, struct input *in)
{
	*place = (struct place){ p, p ? bytes : 0, input_below(in, 256) };
	if (p)
		memset(p, place->pattern, bytes);
}

static void
place_resize(struct place *place, size_t bytes)
{
	unsigned char *p = heap_resize(place->p, bytes);
	size_t kept = bytes < place->bytes ? bytes : place->bytes;

	if (!p)
		return;
	for (size_t i = 0; i < kept; i++)
		expect(p[i] == place->pattern);
	memset(p, place->pattern, bytes);
	place->p = p;
	place->bytes = bytes;
}

static void
place_free(struct place *place)
{
	place_verify(place);
	heap_free(place->p);
	place->p = NULL;
}

static void
setup(struct input *in)
{
	static const size_t gaps[] = { 0, PAGE_SIZE };

	heap_source_allow(input_below(in, 1 << 20), gaps[input_below(in, ARRAY_SIZE(gaps))]);
}

static void
step(struct input *in)
{
	struct place *place = &places[input_below(in, PLACES)];
	size_t bytes = choose_bytes(in);

	if (place->p && input_below(in, 2)) {
		place_resize(place, bytes);
	} else if (place->p) {
		place_free(place);
	} else if (input_below(in, 4)) {
		place_fill(place, heap_alloc(bytes), bytes, in);
	} else {
		size_t align = 1ul << input_below(in, 14);
		place_fill(place, heap_alloc_aligned(align, bytes), bytes, in);
		expect((uintptr_t)place->p % align == 0);
	}
}

static void
verify(void)
{
	size_t used, free, live = 0;

	heap_check(&used, &free);
	for (unsigned i = 0; i < PLACES; i++) {
		if (places[i].p) {
			place_verify(&places[i]);
			live += heap_usable(places[i].p) + 16;
		}
	}
	expect(used == live);
}

static void
teardown(void)
{
	size_t used, free;

	for (unsigned i = 0; i < PLACES; i++) {
		if (places[i].p)
			place_free(&places[i]);
	}
	heap_check(&used, &free);
	expect(used == 0);
}

const struct operations ops_heap = { "heap", setup, step, verify, teardown };
