/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is mapped in a space, for hosts that cannot, or do not want to, ask their kernel: the second set of page tables.  In the arena, so that who has not the space itself
 * can look.  A tree of nodes with 64 words each, small because most programs touch few pages in few places.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <unix/host.h>
#include <unix/shadow_tree.h>

#define SHADOW_BITS	6
#define SHADOW_WORDS	(1u << SHADOW_BITS)

struct shadow_node {
	uint32_t word[SHADOW_WORDS];	/* of a leaf: a mapping; of others: the node below, in units of 16 bytes behind UNIX_ARENA; 0: nothing */
	uint64_t used;			/* a bit for each word that is not 0 */
	uint64_t plain;			/* of a leaf: a bit for each mapping that is not counted */
} __attribute__((aligned(16)));

/* A mapping in a word: the page's number, whether it is counted, its rights, and that there is one. */
#define SHADOW_PAGE	8
#define SHADOW_COUNTED	(1u << 4)
#define SHADOW_THERE	(1u << 3)
#define SHADOW_RIGHTS	7u

uint32_t shadow_set(struct shadow *s, const struct host_mapping *m);	/* the word that was there; 0: none */

/* As of host.h. */
void shadow_unmap(struct shadow *s, uint64_t address, uint64_t pages);
void shadow_protect(struct shadow *s, uint64_t address, uint64_t pages, unsigned rights);
bool shadow_next(struct shadow *s, uint64_t address, uint64_t end, struct host_mapping *m);

bool shadow_next_counted(struct shadow *s, uint64_t address, uint64_t end, struct host_mapping *m);

struct shadow_node *shadow_leaf_find(struct shadow *s, uint64_t address);	/* that has ADDRESS, and is remembered; NULL: none */

static inline struct shadow_node *		/* NULL: it is not remembered */
shadow_leaf_recent(const struct shadow *s, uint64_t address)
{
	uint64_t number = address / (UNIX_PAGE * SHADOW_WORDS);
	struct shadow_node *n = s->recent[shadow_recent(number)].leaf;

	return s->recent[shadow_recent(number)].number == number ? n : NULL;
}

static inline struct shadow_node *
shadow_leaf(struct shadow *s, uint64_t address)
{
	struct shadow_node *n = shadow_leaf_recent(s, address);

	return n ? n : shadow_leaf_find(s, address);
}

int shadow_leaf_make(struct shadow *s, uint64_t address);

/* Afterwards shadow_set at that address has all the memory that it needs.  0 or -ENOMEM. */
static inline int
shadow_prepare(struct shadow *s, uint64_t address)
{
	return shadow_leaf(s, address) ? 0 : shadow_leaf_make(s, address);
}

static inline struct shadow_node *		/* NULL: there is no memory */
shadow_leaf_made(struct shadow *s, uint64_t address)
{
	struct shadow_node *n = shadow_leaf(s, address);

	return n || shadow_leaf_make(s, address) ? n : shadow_leaf_find(s, address);
}

/* In the leaf for its address: as shadow_set. */
static inline uint32_t
shadow_put(struct shadow_node *leaf, const struct host_mapping *m)
{
	unsigned i = m->address / UNIX_PAGE % SHADOW_WORDS;
	uint32_t old = leaf->word[i];

	leaf->used |= 1ul << i;
	if (!m->counted)
		leaf->plain |= 1ul << i;
	else if (old)
		leaf->plain &= ~(1ul << i);
	leaf->word[i] = m->page << SHADOW_PAGE | (m->counted ? SHADOW_COUNTED : 0) | SHADOW_THERE | m->rights;
	return old;
}

/* The word of the mapping at ADDRESS; 0: none. */
static inline uint32_t
shadow_at(struct shadow *s, uint64_t address)
{
	const struct shadow_node *n = shadow_leaf(s, address);

	return n ? n->word[address / UNIX_PAGE % SHADOW_WORDS] : 0;
}

static inline uint32_t *			/* NULL: there is none */
shadow_word(struct shadow *s, uint64_t address)
{
	struct shadow_node *n = shadow_leaf(s, address);
	uint32_t *word = n ? &n->word[address / UNIX_PAGE % SHADOW_WORDS] : NULL;

	return word && *word ? word : NULL;
}

/* The last mapping in the leaf that has the one at ADDRESS: its address. */
static inline uint64_t
shadow_last(struct shadow *s, uint64_t address)
{
	uint64_t last = SHADOW_WORDS - 1 - (uint64_t)__builtin_clzl(shadow_leaf(s, address)->used);

	return (address & -(UNIX_PAGE * SHADOW_WORDS)) + last * UNIX_PAGE;
}

/* The page that is mapped at ADDRESS with all RIGHTS; 0: none. */
static inline page_t
shadow_page(struct shadow *s, uint64_t address, unsigned rights)
{
	uint32_t word = shadow_at(s, address);

	return rights & ~word ? 0 : word >> SHADOW_PAGE;
}

unsigned shadow_nodes(const struct shadow *s);	/* how many it has */
void shadow_end(struct shadow *s);	/* its nodes are free again */
