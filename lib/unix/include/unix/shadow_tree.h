/* SPDX-License-Identifier: BSD-2-Clause */
/* The tree of <unix/shadow.h>, for what a host has in its struct host_space. */
#pragma once

#include <stdint.h>

struct shadow_node;

#define SHADOW_LEAVES	8		/* that are remembered */

struct shadow {
	struct shadow_node *root;	/* NULL: nothing is mapped */
	struct {
		struct shadow_node *leaf;	/* NULL: none */
		uint64_t number;		/* counted from address 0 */
	} recent[SHADOW_LEAVES];
};

/* Where leaf NUMBER is remembered: apart from others of code and data, the stack, and the first mappings, 128 MiB below it. */
static inline unsigned
shadow_recent(uint64_t number)
{
	return (number + (number >> 9)) % SHADOW_LEAVES;
}
