/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * sigma0: the owner of all memory.  It has the whole of it mapped, each page behind A0 by its physical address, so that a block's number is its page's,
 * and maps blocks on to who asks for them.  What is given back is unmapped wherever it went, and cleared before it is somebody's again.
 *
 * A request is bounded by its block, 2 MiB at most; the end of a client by its blocks.
 */
#include <stdlib.h>
#include <string.h>
#include <janus/kinds.h>
#include <janus/slots.h>
#include <l4/stubs.h>
#include <l4/thread.h>
#include <servers/a0.h>
#include <servers/sigma0_serve.h>
#include "blocks.h"

#define PAGE_BITS	12

static struct blocks blocks;
static bool is_pager[BLOCK_CLIENTS];

static char *
block_at(uint32_t first)
{
	return (char *)A0 + ((uint64_t)first << PAGE_BITS);
}

static uint64_t
block_bytes(uint32_t first)
{
	return 1ul << (blocks.block[first].order + PAGE_BITS);
}

/* --- clients ----------------------------------------------------------------------------------------------------------------- */

/* Whose account a request is on; NULL: not for the caller to say, or there is no such client. */
static struct block_client *
account(const struct message *m, uint64_t whose)
{
	struct block_client *caller = blocks_client(&blocks, m->badge, m->badge == BADGE_ROOT);

	if (caller && m->badge == BADGE_ROOT)
		caller->limit = blocks.total;
	if (!whose || !caller)
		return caller;
	return is_pager[caller - blocks.client] ? blocks_client(&blocks, whose, false) : NULL;
}

enum status
serve_sigma0_take(const struct message *m, uint64_t size, uint64_t colours, uint64_t whose, uint64_t *block, struct rpc_page *memory)
{
	struct block_client *c = account(m, whose);
	uint32_t first;

	if (!c)
		return ERR_NO_RIGHT;
	if (size < PAGE_BITS)
		return ERR_BAD_VALUE;
	enum status status = blocks_take(&blocks, c, size < PAGE_BITS + BLOCK_ORDERS ? (unsigned)size - PAGE_BITS : BLOCK_ORDERS, colours, &first);
	if (status)
		return status;
	memset(block_at(first), 0, block_bytes(first));
	*block = first;
	*memory = (struct rpc_page){ .address = (uintptr_t)block_at(first), .size = size, .rights = RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE };
	return OK;
}

/* Nobody has the block mapped but sigma0. */
static enum status
block_end(struct block_client *c, uint32_t first)
{
	call_unmap(SLOT_OWN, (uintptr_t)block_at(first), block_bytes(first) >> PAGE_BITS, 0, false);
	return blocks_give(&blocks, c, first);
}

enum status
serve_sigma0_give(const struct message *m, uint64_t given)
{
	struct block_client *c = account(m, 0);

	if (!c || given >= blocks.pages || !blocks_owns(&blocks, c, (uint32_t)given))
		return ERR_NOT_FOUND;
	return block_end(c, (uint32_t)given);
}

/* --- the root task's --------------------------------------------------------------------------------------------------------- */

enum status
serve_sigma0_quota(const struct message *m, uint64_t whose, uint64_t pages, uint64_t pager)
{
	if (m->badge != BADGE_ROOT)
		return ERR_NO_RIGHT;
	struct block_client *c = blocks_client(&blocks, whose, true);
	if (!c)
		return ERR_LIMIT;
	c->limit = pages;
	is_pager[c - blocks.client] = pager;
	return OK;
}

enum status
serve_sigma0_release(const struct message *m, uint64_t whose)
{
	if (m->badge != BADGE_ROOT)
		return ERR_NO_RIGHT;
	struct block_client *c = blocks_client(&blocks, whose, false);
	if (!c)
		return ERR_NOT_FOUND;
	while (c->first != BLOCK_NONE)
		block_end(c, c->first);
	c->badge = 0;
	return OK;
}

enum status
serve_sigma0_begin(const struct message *m, uint64_t pages, uint64_t colours)
{
	if (m->badge != BADGE_ROOT)
		return ERR_NO_RIGHT;
	if (blocks.pages || pages >= BLOCK_NONE || !colours || colours > BLOCK_COLOURS || colours & (colours - 1))
		return ERR_BAD_VALUE;
	blocks_init(&blocks, (struct block *)A0_RECORDS, (uint32_t)pages, (uint32_t)colours);
	return OK;
}

enum status
serve_sigma0_add(const struct message *m, uint64_t first, uint64_t pages)
{
	if (m->badge != BADGE_ROOT)
		return ERR_NO_RIGHT;
	if (first >= blocks.pages || pages > blocks.pages - first)
		return ERR_BAD_VALUE;
	blocks_add(&blocks, (uint32_t)first, (uint32_t)pages);
	return OK;
}

enum status
serve_sigma0_usage(const struct message *m, uint64_t *total, uint64_t *unused, uint64_t *mine, uint64_t *limit)
{
	const struct block_client *c = blocks_client(&blocks, m->badge, false);

	*total = blocks.total;
	*unused = blocks.unused;
	*mine = c ? c->pages : 0;
	*limit = c ? c->limit : 0;
	return OK;
}

int
main(void)
{
	server_run(&(struct server){ .endpoint = environment_service(), .serve = sigma0_serve, .version = 1 });
	return EXIT_FAILURE;
}
