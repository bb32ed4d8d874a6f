/* SPDX-License-Identifier: BSD-2-Clause */
/* Random operations on the balanced tree; the model is a sorted array. */
#include <string.h>
#include "core/tree.h"
#include "unit.h"

#define NODES 300

static struct tree tree;
static struct tree_node nodes[NODES];
static struct tree_node *sorted[NODES];	/* the model: equal keys in the order of insertion */
static unsigned count;
static u64 keys;		/* how many different ones there are in this round */

/* How many of the model's nodes have keys up to KEY. */
static unsigned
rank(u64 key)
{
	unsigned at = 0;

	while (at < count && sorted[at]->key <= key)
		at++;
	return at;
}

static void
insert(struct tree_node *node, u64 key)
{
	unsigned at = rank(key);

	tree_insert(&tree, node, key);
	memmove(&sorted[at + 1], &sorted[at], (count - at) * sizeof(sorted[0]));
	sorted[at] = node;
	count++;
}

static void
remove_node(struct tree_node *node)
{
	unsigned at = 0;

	while (sorted[at] != node)
		at++;
	tree_remove(&tree, node);
	count--;
	memmove(&sorted[at], &sorted[at + 1], (count - at) * sizeof(sorted[0]));
}

static void
setup(struct input *in)
{
	static const u64 choices[] = { 1, 8, 100, ~0ul >> 1 };

	memset(&tree, 0, sizeof(tree));
	memset(nodes, 0, sizeof(nodes));
	count = 0;
	keys = choices[input_below(in, 4)];
}

static void
step(struct input *in)
{
	struct tree_node *node = &nodes[input_below(in, NODES)];
	u64 key = input_below(in, keys);

	if (node->linked)
		remove_node(node);
	else
		insert(node, key);
	key = input_below(in, keys);
	expect(tree_floor(&tree, key) == (rank(key) ? sorted[rank(key) - 1] : NULL));
	expect(tree.first == (count ? sorted[0] : NULL));
	expect(tree.count == count);
}

static void
verify(void)
{
	struct tree_node *node = tree.first;

	tree_check(&tree);
	for (unsigned i = 0; i < count; i++, node = tree_next(node))
		expect(node == sorted[i]);
	expect(!node);
}

/* First always: what expiry does. */
static void
teardown(void)
{
	while (tree.first) {
		expect(tree.first == sorted[0]);
		remove_node(tree.first);
		tree_check(&tree);
	}
	expect(!tree.root && !count);
}

const struct operations ops_tree = { "tree", setup, step, verify, teardown };
