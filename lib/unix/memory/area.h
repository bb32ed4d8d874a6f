/* SPDX-License-Identifier: BSD-2-Clause */
/* Areas and pages, for this folder. */
#pragma once

#include <unix/arena.h>
#include <janus/kinds.h>

static inline uint64_t page_down(uint64_t address) { return address & -UNIX_PAGE; }
static inline uint64_t page_up(uint64_t address) { return (address + UNIX_PAGE - 1) & -UNIX_PAGE; }

/* The number in its node of the page that A shows at ADDRESS. */
static inline uint64_t
area_index(const struct area *a, uint64_t address)
{
	return (a->offset + (address - a->start)) / UNIX_PAGE;
}

/* --- area.c ------------------------------------------------------------------------------------------------------------------ */

struct area *area_make(const struct area *like);		/* a copy, its node held; NULL: no memory */
void area_free(struct area *a);
void area_insert(struct memory *m, struct area *a);		/* there is nothing where it is */
void area_remove(struct memory *m, struct area *a);
void area_link(struct memory *m, struct area *before, struct area *a);	/* behind that one; NULL: first */
int area_split(struct memory *m, uint64_t at);			/* no area has it inside any more */
int area_carve(struct memory *m, struct area *a, uint64_t start, uint64_t end);	/* A, which has all of it, has no more: the rest of it is in others.  0; -ENOMEM: it is as it was */
void area_join(struct memory *m, uint64_t start, uint64_t end);	/* those at the borders that go on alike become one */
struct area *area_from(struct memory *m, uint64_t address);	/* the first that ends behind it */
bool area_covers(struct memory *m, uint64_t start, uint64_t end);	/* all of it is in areas */

/* --- page.c -------------------------------------------------------------------------------------------------------------------- */

page_t page_copy(page_t from);					/* 0: there is none */
void page_share(page_t page);
bool page_shared(page_t page);
void page_drop(page_t page);					/* of one memory */
void pages_drop(struct memory *m, uint64_t start, uint64_t end);	/* what is mapped there is so no longer */
