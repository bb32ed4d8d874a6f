/* SPDX-License-Identifier: BSD-2-Clause */
/* The tree of <unix/shadow.h>, for what a host has in its struct host_space. */
#pragma once

#include <stdint.h>

struct shadow_node;

struct shadow {
	struct shadow_node *root;	/* NULL: nothing is mapped */
	struct shadow_node *leaf;	/* the last one looked at; NULL: none */
	uint64_t leaf_start;		/* and the address that it begins with */
};
