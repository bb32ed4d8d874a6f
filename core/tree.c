/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The balanced tree.  A rotation lifts a node's heavier child over it:
 *
 *        top                 pivot
 *       /   \                /   \
 *      a    pivot    -->   top    c        toward = 0, the side to which the top sinks
 *           /   \         /   \
 *          b     c       a     b
 */
#include "core/panic.h"
#include "core/tree.h"

static unsigned
side_of(const struct tree_node *node)
{
	return node->parent->child[1] == node;
}

/* What points to NODE: its parent's child pointer or the root. */
static struct tree_node **
link_of(struct tree *tree, struct tree_node *node)
{
	return node->parent ? &node->parent->child[side_of(node)] : &tree->root;
}

/* Put NODE (or nothing) where OLD is. */
static void
replace(struct tree *tree, struct tree_node *old, struct tree_node *node)
{
	*link_of(tree, old) = node;
	if (node)
		node->parent = old->parent;
}

static void
adopt(struct tree_node *parent, unsigned side, struct tree_node *child)
{
	parent->child[side] = child;
	if (child)
		child->parent = parent;
}

static struct tree_node *
rotate(struct tree *tree, struct tree_node *top, unsigned toward)
{
	struct tree_node *pivot = top->child[!toward];

	replace(tree, top, pivot);
	adopt(top, !toward, pivot->child[toward]);
	adopt(pivot, toward, top);
	return pivot;
}

/*
 * TOP is two higher on side HEAVY (balance +2 or -2).  Restores the balance with one or two rotations and returns what is
 * now in its place; the subtree is one lower than before unless that has a balance.
 */
static struct tree_node *
rebalance(struct tree *tree, struct tree_node *top, unsigned heavy)
{
	int sign = heavy ? 1 : -1;
	struct tree_node *pivot = top->child[heavy], *inner = pivot->child[!heavy];

	if (pivot->balance != -sign) {
		top->balance = pivot->balance ? 0 : sign;
		pivot->balance = pivot->balance ? 0 : -sign;
		return rotate(tree, top, !heavy);
	}
	top->balance = inner->balance == sign ? -sign : 0;
	pivot->balance = inner->balance == -sign ? sign : 0;
	inner->balance = 0;
	rotate(tree, pivot, heavy);
	return rotate(tree, top, !heavy);
}

/* NODE's subtree became one higher. */
static void
grown(struct tree *tree, struct tree_node *node)
{
	for (struct tree_node *parent; (parent = node->parent); node = parent) {
		unsigned side = side_of(node);

		parent->balance += side ? 1 : -1;
		if (!parent->balance)
			return;
		if (parent->balance == 2 || parent->balance == -2) {
			rebalance(tree, parent, side);
			return;
		}
	}
}

/* PARENT's subtree on SIDE became one lower. */
static void
shrunk(struct tree *tree, struct tree_node *parent, unsigned side)
{
	while (parent) {
		parent->balance -= side ? 1 : -1;
		if (parent->balance == 2 || parent->balance == -2)
			parent = rebalance(tree, parent, !side);
		if (parent->balance || !parent->parent)
			return;
		side = side_of(parent);
		parent = parent->parent;
	}
}

void
tree_insert(struct tree *tree, struct tree_node *node, u64 key)
{
	struct tree_node *parent = NULL;
	unsigned long side = 0;

	kassert(!node->linked);
	for (struct tree_node *next = tree->root; next; next = parent->child[side]) {
		parent = next;
		side = key >= parent->key;
	}
	*(parent ? &parent->child[side] : &tree->root) = node;
	*node = (struct tree_node){ .parent = parent, .key = key, .linked = true };
	if (!tree->first || key < tree->first->key)
		tree->first = node;
	tree->count++;
	grown(tree, node);
}

/* Exchange NODE, which has two children, with its successor NEXT, which has at most one: then NODE is easy to unlink. */
static void
sink(struct tree *tree, struct tree_node *node, struct tree_node *next)
{
	struct tree_node old = *next;

	replace(tree, node, next);
	adopt(next, 0, node->child[0]);
	if (old.parent == node) {
		adopt(next, 1, node);
	} else {
		adopt(next, 1, node->child[1]);
		adopt(old.parent, 0, node);
	}
	next->balance = node->balance;
	node->child[0] = NULL;
	adopt(node, 1, old.child[1]);
}

void
tree_remove(struct tree *tree, struct tree_node *node)
{
	kassert(node->linked);
	if (tree->first == node)
		tree->first = tree_next(node);
	if (node->child[0] && node->child[1])
		sink(tree, node, tree_next(node));

	struct tree_node *parent = node->parent;
	unsigned side = parent ? side_of(node) : 0;
	replace(tree, node, node->child[node->child[0] == NULL]);
	node->linked = false;
	tree->count--;
	shrunk(tree, parent, side);
}

struct tree_node *
tree_floor(const struct tree *tree, u64 key)
{
	struct tree_node *node = tree->root, *found = NULL;

	while (node) {
		bool fits = node->key <= key;
		if (fits)
			found = node;
		node = node->child[fits];
	}
	return found;
}

struct tree_node *
tree_next(const struct tree_node *node)
{
	if (node->child[1]) {
		node = node->child[1];
		while (node->child[0])
			node = node->child[0];
		return (struct tree_node *)node;
	}
	while (node->parent && side_of(node))
		node = node->parent;
	return node->parent;
}

/* Height of a subtree, computed along its path with fewest tests: the heavier child is always one less. */
static int
height(const struct tree_node *node)
{
	int levels = 0;

	for (; node; node = node->child[node->balance > 0])
		levels++;
	return levels;
}

static void
node_check(const struct tree *tree, const struct tree_node *node)
{
	kassert(node->linked);
	kassert(node->parent ? node->parent->child[side_of(node)] == node : tree->root == node);
	kassert(node->balance >= -1 && node->balance <= 1);
	kassert(height(node->child[1]) - height(node->child[0]) == node->balance);
}

void
tree_check(const struct tree *tree)
{
	u64 count = 0;

	kassert(!tree->root == !tree->first);
	kassert(!tree->first || !tree->first->child[0]);
	for (const struct tree_node *node = tree->first, *next; node; node = next) {
		next = tree_next(node);
		node_check(tree, node);
		kassert(!next || node->key <= next->key);
		count++;
	}
	kassert(count == tree->count);
}
