/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * An intrusive balanced tree (AVL: Adelson-Velsky and Landis 1962) ordered by a 64-bit key, equal keys in the order of insertion.
 * Nothing is allocated; insert, remove and floor are O(log n) in the worst case, the first node is O(1).  With n nodes the
 * height is below 1.45 log2(n + 2): 10,000 nodes are at most 19 levels, on average 13.
 */
#pragma once

#include "core/types.h"

struct tree_node {
	struct tree_node *parent, *child[2];	/* child[0]: smaller keys; child[1]: larger or equal ones, inserted later */
	u64 key;
	int8_t balance;			/* height of child[1] less height of child[0]: -1, 0 or 1 */
	u8 linked;			/* is in a tree */
};

struct tree {
	struct tree_node *root;
	struct tree_node *first;	/* leftmost, NULL when empty */
	u64 count;
};

void tree_insert(struct tree *tree, struct tree_node *node, u64 key);	/* must not be linked */
void tree_remove(struct tree *tree, struct tree_node *node);		/* must be in this tree */

/* The last node whose key is at most KEY, NULL when there is none. */
struct tree_node *tree_floor(const struct tree *tree, u64 key);

/* The node behind NODE in order, NULL when it is the last. */
struct tree_node *tree_next(const struct tree_node *node);

/* Order, balance, links and count; walks all of it. */
void tree_check(const struct tree *tree);
