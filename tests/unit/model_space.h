/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The reference model of spaces and mappings: an explicit tree of mappings, whose operations are a few lines each.  Core is compared
 * with it, entry by entry and list by list.
 */
#pragma once

#include "core/frame.h"
#include "core/map.h"
#include "core/space.h"

#define MODEL_SPACES	6
#define MODEL_FRAMES	20
#define MODEL_NODES	120
#define MODEL_DEVICE	MODEL_FRAMES		/* struct node.frame: device memory */
#define DEVICE_BASE	0xf0000000ul

struct node {
	struct map *map;		/* core's record; NULL: no node */
	struct node *parent;
	unsigned space, frame;
	vaddr_t vaddr;
	paddr_t pa;
	unsigned order, rights, now, cache;	/* rights granted, and in the entry */
	bool hit;			/* by the operation under way */
};

struct model_space {
	struct space *space;		/* NULL: none */
	unsigned home;
};

struct model_frame {
	struct frame *frame;		/* NULL: none */
	unsigned owner;
};

struct model {
	struct model_space spaces[MODEL_SPACES];	/* 0 is the first space, which stays */
	struct model_frame frames[MODEL_FRAMES];
	struct node nodes[MODEL_NODES];
	struct map_link *device;	/* anchor of the mappings of device memory */
	unsigned count;
	u64 states[FRAME_STATES];	/* what was there when only the first space was */
};

extern struct model model;

#define FOR_NODES(n)	for (struct node *n = model.nodes; n < model.nodes + MODEL_NODES; n++) if (n->map)

/* --- queries ---------------------------------------------------------------------------------------------------- */

static inline u64
node_bytes(const struct node *n)
{
	return order_bytes(n->order);
}

static inline vaddr_t
node_end(const struct node *n)
{
	return n->vaddr + node_bytes(n);
}

struct node *node_at(unsigned space, vaddr_t vaddr);		/* that covers it; or NULL */
bool model_overlaps(unsigned space, vaddr_t vaddr, u64 bytes);
bool node_below(const struct node *n, const struct node *above);	/* derived from it, directly or not */
bool space_below(unsigned space, unsigned above);		/* ABOVE is its home, or its home's, or itself */

/* --- changes ---------------------------------------------------------------------------------------------------- */

/* There is room for a node. */
static inline bool
model_room(void)
{
	return model.count < MODEL_NODES;
}

/* Core made M; it must be what the other arguments say. */
struct node *node_add(struct map *m, unsigned space, vaddr_t vaddr, unsigned order, paddr_t pa, unsigned rights, unsigned cache,
		      unsigned frame, struct node *parent);

void node_remove(struct node *n);		/* what derives from it then derives from its parent */
void frame_nodes_hit(unsigned frame);		/* all mappings of a frame */

/*
 * Core has worked on the nodes that are hit, removing them (RIGHTS == 0) or reducing their rights: of all of them if COMPLETE, else of
 * some.  The model follows; no node is hit afterwards.
 */
void model_settle(unsigned rights, bool complete);

/* --- comparison --------------------------------------------------------------------------------------------------- */

void model_compare_node(const struct node *n);
void model_compare(void);			/* everything */
