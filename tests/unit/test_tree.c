/* SPDX-License-Identifier: BSD-2-Clause */
/* The balanced tree: order, balance in the worst case, lookups at the edges. */
#include <string.h>
#include "core/tree.h"
#include "test.h"

extern const struct operations ops_tree;

#define MANY 10000

static struct tree tree;
static struct tree_node nodes[MANY];

static int
setup(void **state)
{
	memset(&tree, 0, sizeof(tree));
	memset(nodes, 0, sizeof(nodes));
	return 0;
}

static unsigned
depth(const struct tree_node *node)
{
	if (!node)
		return 0;
	unsigned left = depth(node->child[0]), right = depth(node->child[1]);
	return 1 + (left > right ? left : right);
}

static void
empty_tree_has_nothing(void **state)
{
	tree_check(&tree);
	assert_null(tree.first);
	assert_null(tree_floor(&tree, ~0ul));
}

static void
floor_is_the_last_not_above(void **state)
{
	for (unsigned i = 0; i < 10; i++)
		tree_insert(&tree, &nodes[i], 10 * (i + 1));
	assert_null(tree_floor(&tree, 9));
	assert_ptr_equal(tree_floor(&tree, 10), &nodes[0]);
	assert_ptr_equal(tree_floor(&tree, 55), &nodes[4]);
	assert_ptr_equal(tree_floor(&tree, ~0ul), &nodes[9]);
}

static void
equal_keys_keep_the_order_of_insertion(void **state)
{
	for (unsigned i = 0; i < 100; i++)
		tree_insert(&tree, &nodes[i], 7);
	tree_check(&tree);
	assert_ptr_equal(tree_floor(&tree, 7), &nodes[99]);
	for (unsigned i = 0; i < 100; i++) {
		assert_ptr_equal(tree.first, &nodes[i]);
		tree_remove(&tree, tree.first);
	}
}

/* Ascending and descending insertion make a list of an unbalanced tree. */
static void
height_is_bounded_in_any_order(void **state)
{
	for (unsigned i = 0; i < MANY; i++)
		tree_insert(&tree, &nodes[i], i % 2 ? i : ~0ul - i);
	tree_check(&tree);
	assert_true(depth(tree.root) <= 19);
	for (unsigned i = 0; i < MANY; i += 1 + i % 3)
		tree_remove(&tree, &nodes[i]);
	tree_check(&tree);
	assert_true(depth(tree.root) <= 19);
}

static void
misuse_is_caught(void **state)
{
	tree_insert(&tree, &nodes[0], 1);
	assert_panics(tree_insert(&tree, &nodes[0], 2));
	tree_remove(&tree, &nodes[0]);
	assert_panics(tree_remove(&tree, &nodes[0]));
}

static void
check_finds_corruption(void **state)
{
	for (unsigned i = 0; i < 10; i++)
		tree_insert(&tree, &nodes[i], i);
	tree.count++;
	assert_panics(tree_check(&tree));
	tree.count--;
	nodes[4].key = 100;
	assert_panics(tree_check(&tree));
	nodes[4].key = 4;
	tree.root->balance = -1;
	assert_panics(tree_check(&tree));
}

static void
random_sequences(void **state)
{
	operations_random(&ops_tree, 2000000);
}

static void
stored_sequences(void **state)
{
	operations_corpus(&ops_tree);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(empty_tree_has_nothing, setup),
		cmocka_unit_test_setup(floor_is_the_last_not_above, setup),
		cmocka_unit_test_setup(equal_keys_keep_the_order_of_insertion, setup),
		cmocka_unit_test_setup(height_is_bounded_in_any_order, setup),
		cmocka_unit_test_setup(misuse_is_caught, setup),
		cmocka_unit_test_setup(check_finds_corruption, setup),
		cmocka_unit_test(random_sequences),
		cmocka_unit_test(stored_sequences),
	};

	return test_main("tree", tests, ARRAY_SIZE(tests));
}
