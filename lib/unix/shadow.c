/* SPDX-License-Identifier: BSD-2-Clause */
/* The tree of <unix/shadow.h>: six levels of 64 for the 35 bits of a page's number. */
#include <errno.h>
#include <string.h>
#include <unix/arena.h>
#include <unix/shadow.h>

#define LEVELS		6
#define PAGE_BITS	12
#define LEAF_BYTES	(UNIX_PAGE << SHADOW_BITS)
#define UNIT		16

static struct shadow_node *
node_of(uint32_t word)
{
	return (struct shadow_node *)(UNIX_ARENA + (uint64_t)word * UNIT);
}

static uint32_t
word_of(const struct shadow_node *n)
{
	return (uint32_t)(((uintptr_t)n - UNIX_ARENA) / UNIT);
}

static unsigned
shift_of(unsigned level)
{
	return PAGE_BITS + level * SHADOW_BITS;
}

static unsigned
index_of(uint64_t address, unsigned level)
{
	return address >> shift_of(level) & (SHADOW_WORDS - 1);
}

struct shadow_node *
shadow_leaf_find(struct shadow *s, uint64_t address)
{
	uint64_t number = address / LEAF_BYTES;
	struct shadow_node *n = s->root;

	for (unsigned level = LEVELS - 1; n && level; level--) {
		uint32_t word = n->word[index_of(address, level)];
		n = word ? node_of(word) : NULL;
	}
	s->recent[shadow_recent(number)].leaf = n;
	s->recent[shadow_recent(number)].number = number;
	return n;
}

__attribute__((cold)) int
shadow_leaf_make(struct shadow *s, uint64_t address)
{
	if (!s->root && !(s->root = arena_take(ARENA_SHADOW)))
		return -ENOMEM;
	struct shadow_node *n = s->root;
	for (unsigned level = LEVELS - 1; level; level--) {
		uint32_t *word = &n->word[index_of(address, level)];
		if (!*word) {
			struct shadow_node *below = arena_take(ARENA_SHADOW);
			if (!below)
				return -ENOMEM;
			*word = word_of(below);
			n->used |= 1ul << index_of(address, level);
		}
		n = node_of(*word);
	}
	return 0;
}

uint32_t
shadow_set(struct shadow *s, const struct host_mapping *m)
{
	return shadow_put(shadow_leaf(s, m->address), m);
}

/* The first mapping at or behind *ADDRESS, which becomes its address: its leaf; NULL: there is none.  Up while a node has nothing more, then down. */
static __attribute__((noinline)) struct shadow_node *
leaf_from(struct shadow *s, uint64_t *address)
{
	struct shadow_node *path[LEVELS] = { [LEVELS - 1] = s->root };
	unsigned level = LEVELS - 1;

	while (level < LEVELS && s->root) {
		unsigned i = index_of(*address, level);
		uint64_t left = path[level]->used >> i;
		if (left & 1) {
			if (!level)
				return path[0];
			path[level - 1] = node_of(path[level]->word[i]);
			level--;
			continue;
		}
		uint64_t step = left ? (uint64_t)__builtin_ctzl(left) : SHADOW_WORDS - i;
		*address = ((*address >> shift_of(level)) + step) << shift_of(level);
		while (!left && ++level < LEVELS && !index_of(*address, level))
			;
	}
	return NULL;
}

static inline bool
mapping_of(uint32_t word, uint64_t address, struct host_mapping *m)
{
	*m = (struct host_mapping){ .address = address, .page = word >> SHADOW_PAGE, .rights = word & SHADOW_RIGHTS, .counted = word & SHADOW_COUNTED };
	return true;
}

static __attribute__((noinline)) bool
next_from(struct shadow *s, uint64_t address, uint64_t end, struct host_mapping *m)
{
	const struct shadow_node *leaf = address < end ? shadow_leaf(s, address) : NULL;
	uint64_t left = leaf ? leaf->used >> index_of(address, 0) : 0;

	address &= -UNIX_PAGE;
	if (left) {
		address += (uint64_t)__builtin_ctzl(left) * UNIX_PAGE;
	} else {
		address = (address & -LEAF_BYTES) + LEAF_BYTES;
		leaf = address < end ? leaf_from(s, &address) : NULL;
	}
	if (!leaf || address >= end)
		return false;
	return mapping_of(leaf->word[index_of(address, 0)], address, m);
}

/* At a glance: the first page is there, or is all that is asked for. */
bool
shadow_next(struct shadow *s, uint64_t address, uint64_t end, struct host_mapping *m)
{
	const struct shadow_node *leaf = shadow_leaf_recent(s, address);
	uint32_t word = leaf ? leaf->word[index_of(address, 0)] : 0;

	if (word && address < end)
		return mapping_of(word, address & -UNIX_PAGE, m);
	if (leaf && end - address <= UNIX_PAGE - address % UNIX_PAGE)
		return false;
	return next_from(s, address, end, m);
}

/* As shadow_next, of those that are counted; the others of a leaf are passed at once. */
bool
shadow_next_counted(struct shadow *s, uint64_t address, uint64_t end, struct host_mapping *m)
{
	const struct shadow_node *leaf = shadow_leaf_recent(s, address);
	uint32_t word = leaf ? leaf->word[index_of(address, 0)] : 0;

	if (word & SHADOW_COUNTED && address < end)
		return mapping_of(word, address & -UNIX_PAGE, m);
	for (; next_from(s, address, end, m); address = (m->address & -LEAF_BYTES) + LEAF_BYTES) {
		unsigned first = index_of(m->address, 0);
		leaf = shadow_leaf(s, m->address);
		uint64_t left = (leaf->used & ~leaf->plain) >> first;
		if (!left)
			continue;
		address = m->address + (uint64_t)__builtin_ctzl(left) * UNIX_PAGE;
		return address < end && mapping_of(leaf->word[index_of(address, 0)], address, m);
	}
	return false;
}

void
shadow_protect(struct shadow *s, uint64_t address, uint64_t pages, unsigned rights)
{
	uint64_t end = address + pages * UNIX_PAGE;
	struct host_mapping m;

	for (; shadow_next(s, address, end, &m); address = m.address + UNIX_PAGE) {
		m.rights &= (uint8_t)rights;
		shadow_set(s, &m);
	}
}

/* --- removing -------------------------------------------------------------------------------------------------------------------- */

/* Nodes that have become empty on the way to ADDRESS go. */
static void
path_trim(struct shadow *s, uint64_t address)
{
	struct shadow_node *path[LEVELS], *n = s->root;
	unsigned level = LEVELS;

	while (n && level) {
		path[--level] = n;
		uint32_t word = level ? n->word[index_of(address, level)] : 0;
		n = word ? node_of(word) : NULL;
	}
	for (; level < LEVELS && !path[level]->used; level++) {
		arena_give(ARENA_SHADOW, path[level]);
		if (level == LEVELS - 1) {
			s->root = NULL;
		} else {
			path[level + 1]->word[index_of(address, level + 1)] = 0;
			path[level + 1]->used &= ~(1ul << index_of(address, level + 1));
		}
	}
	memset(s->recent, 0, sizeof(s->recent));
}

/* A leaf at a time. */
void
shadow_unmap(struct shadow *s, uint64_t address, uint64_t pages)
{
	uint64_t end = address + pages * UNIX_PAGE;
	struct host_mapping m;

	for (; shadow_next(s, address, end, &m); address = (m.address & -LEAF_BYTES) + LEAF_BYTES) {
		struct shadow_node *leaf = shadow_leaf(s, m.address);
		uint64_t left = leaf->used >> index_of(m.address, 0) << index_of(m.address, 0);
		if (end - (m.address & -LEAF_BYTES) < LEAF_BYTES)
			left &= (1ul << index_of(end, 0)) - 1;
		leaf->used &= ~left;
		leaf->plain &= ~left;
		for (; left; left &= left - 1)
			leaf->word[__builtin_ctzl(left)] = 0;
		if (!leaf->used)
			path_trim(s, m.address);
	}
}

static unsigned
node_count(const struct shadow_node *n, unsigned level)
{
	unsigned count = 1;

	for (uint64_t left = level ? n->used : 0; left; left &= left - 1)
		count += level == 1 ? 1 : node_count(node_of(n->word[__builtin_ctzl(left)]), level - 1);
	return count;
}

unsigned
shadow_nodes(const struct shadow *s)
{
	return s->root ? node_count(s->root, LEVELS - 1) : 0;
}

static void
node_end(struct shadow_node *n, unsigned level)
{
	for (uint64_t left = level ? n->used : 0; left; left &= left - 1)
		node_end(node_of(n->word[__builtin_ctzl(left)]), level - 1);
	arena_give(ARENA_SHADOW, n);
}

void
shadow_end(struct shadow *s)
{
	if (s->root)
		node_end(s->root, LEVELS - 1);
	*s = (struct shadow){ 0 };
}
