/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A pager.  A fault is a call of the kernel's, answered with one page: either mapped from the image, which is here, or a new one, which sigma0 gives on
 * the client's account, is filled here in a window of one page, and granted away.  So no mapping of a client's own pages depends on this space: the pager can
 * die, and another, told of the same regions, goes on.
 */
#include <stdlib.h>
#include <string.h>
#include <janus/kinds.h>
#include <l4/fault.h>
#include <l4/thread.h>
#include <servers/pager_serve.h>
#include <servers/sigma0.h>
#include "clients.h"
#include "pager.h"

#define PAGE_BITS	12
#define PAGE		(1ul << PAGE_BITS)
#define WINDOW		0x10000000ul	/* where a new page is filled */
#define CONTENT		0x20000000ul	/* images: one region behind the other */
#define CONTENT_BITS	28

static struct pager_policy policy;
static struct clients clients;
static struct server server;
static uint64_t sigma0;

/* --- faults ------------------------------------------------------------------------------------------------------------------ */

/* A page of C's own with what is at CONTENT, or zeroes, in the window. */
static enum status
page_make(const struct client *c, uint64_t content)
{
	struct rpc_page page = { .address = WINDOW, .size = PAGE_BITS };
	uint64_t block;
	enum status status = sigma0_take(sigma0, PAGE_BITS, policy.colours, c->badge, &block, &page);

	if (!status && content)
		memcpy((void *)WINDOW, (const void *)content, PAGE);
	server_reopen(&server);		/* the call had the window */
	return status;
}

static enum status
answer(const struct client *c, const struct message *m, struct rpc_page *page)
{
	uint64_t address = m->word[PAGE_FAULT_ADDRESS] & -PAGE, access = m->word[PAGE_FAULT_ACCESS];
	const struct region *r = region_at(c, address);

	if (!r || access & ~r->rights)
		return ERR_BAD_ADDRESS;
	uint64_t content = r->content ? r->content + (address - r->start) : 0;
	if (content && policy.shares && !(access & RIGHT_WRITE)) {
		*page = (struct rpc_page){ .address = content, .size = PAGE_BITS, .at = address, .rights = r->rights & ~RIGHT_WRITE };
		return OK;
	}
	*page = (struct rpc_page){ .address = WINDOW, .size = PAGE_BITS, .at = address, .rights = r->rights, .grant = true };
	return page_make(c, content);
}

static bool
fault(struct message *m)
{
	const struct client *c = client_of(&clients, m->badge);
	struct rpc_page page;
	enum status status = c && m->kind == IPC_PAGE_FAULT ? answer(c, m, &page) : ERR_NOT_FOUND;

	memset(m->word, 0, sizeof(m->word));
	m->tag = 0;
	if (status)
		m->word[FAULT_ANSWER] = FAULT_REFUSED;
	else
		rpc_page_put(m, &page);
	return true;
}

/* --- what the root task tells -------------------------------------------------------------------------------------------------- */

enum status
serve_pager_adopt(const struct message *m, uint64_t whose)
{
	return m->badge == BADGE_ROOT ? client_adopt(&clients, whose) : ERR_NO_RIGHT;
}

/* The content stays where it came, and the next will come behind it. */
enum status
serve_pager_region(const struct message *m, uint64_t whose, uint64_t start, uint64_t size, uint64_t access, struct rpc_page content)
{
	if (m->badge != BADGE_ROOT)
		return ERR_NO_RIGHT;
	if (size > 1ul << (content.size - PAGE_BITS))
		return ERR_BAD_ADDRESS;
	enum status status = region_add(&clients, whose, (struct region){ start, size, (unsigned)access, content.address });
	if (status)
		return status;
	server.window.at = content.address + (1ul << content.size) - CONTENT;
	server_reopen(&server);
	return OK;
}

enum status
serve_pager_blank(const struct message *m, uint64_t whose, uint64_t start, uint64_t size)
{
	if (m->badge != BADGE_ROOT)
		return ERR_NO_RIGHT;
	return region_add(&clients, whose, (struct region){ start, size, RIGHT_READ | RIGHT_WRITE, 0 });
}

enum status
serve_pager_forget(const struct message *m, uint64_t whose)
{
	struct client *c = whose ? client_of(&clients, whose) : NULL;

	if (m->badge != BADGE_ROOT)
		return ERR_NO_RIGHT;
	if (!c)
		return ERR_NOT_FOUND;
	c->badge = 0;
	return OK;
}

int
main(int argc, char **argv)
{
	if (!pager_policy(argc, argv, &policy))
		return EXIT_FAILURE;
	sigma0 = environment_slot("sigma0");
	server = (struct server){
		.endpoint = environment_service(), .serve = pager_serve, .event = fault, .version = 1,
		.window = { .address = CONTENT, .size = CONTENT_BITS } };
	server_run(&server);
	return EXIT_SUCCESS;
}
