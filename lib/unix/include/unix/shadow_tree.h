/* SPDX-License-Identifier: BSD-2-Clause */
/* The tree of <unix/shadow.h>, for what a host has in its struct host_space. */
#pragma once

#include <stdint.h>

struct shadow_node;

#define SHADOW_LEAVES	4		/* that are remembered: a program's code, data, stack and one more */

struct shadow {
	struct shadow_node *root;	/* NULL: nothing is mapped */
	struct {
		struct shadow_node *leaf;	/* NULL: none */
		uint64_t number;		/* counted from address 0 */
	} recent[SHADOW_LEAVES];	/* by number */
};
