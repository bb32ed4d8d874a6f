/* SPDX-License-Identifier: BSD-2-Clause */
/* A domain's memory: all frames, and who has the tokens. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <exo/context.h>
#include <exo/frames.h>
#include <exo/pool.h>
#include <janus/bootinfo.h>
#include <janus/rt.h>
#include "manager.h"

#define PAGE_FAULT	14
#define READ_WRITE	(RIGHT_READ | RIGHT_WRITE)

void
must(enum status status, const char *what)
{
	if (status) {
		printf("unix: %s: %s\n", what, status_string(status));
		exit(EXIT_FAILURE);
	}
}

static uint64_t exception[3];		/* that ended it: vector, where, address */
static page_t frames;			/* as many as domain->frames, which others can write */

static void
exception_ends(void)
{
	printf("unix: manager: exception %lu at %#lx, %#lx\n", exception[0], exception[1], exception[2]);
	domain_ends("what is shared is wrong");
}

/* The library's own pages of the arena and the window, in the manager's space. */
static void
handler(struct context *c)
{
	if (c->area.vector == PAGE_FAULT && c->area.address >= UNIX_WINDOW && c->area.address - UNIX_WINDOW < frames * UNIX_PAGE) {
		domain_bind(c->area.address);
		return;
	}
	memcpy(exception, (uint64_t[]){ c->area.vector, c->area.rip, c->area.address }, sizeof(exception));
	context_call(c, exception_ends);
}

uint64_t
allowance_left(void)
{
	uint64_t allowance, given, held, kmem, kmem_free;

	must(call_holdings(SLOT_OWN, &allowance, &given, &held, &kmem, &kmem_free), "holdings");
	return allowance - given - held;
}

static struct token
page_bind(uint64_t at)
{
	struct token token;

	must(call_frame_alloc(FRAME_ANY, 0, 0, &token.payload, &token.mac), "no page for the domain");
	must(call_bind(at, token.payload, token.mac, READ_WRITE | 0x100), "the domain cannot be bound");
	return token;
}

static uint64_t
pages_for(uint64_t bytes)
{
	return (bytes + UNIX_PAGE - 1) / UNIX_PAGE;
}

uint64_t
domain_pages(void)
{
	return pages_for(sizeof(struct unix_domain) + domain->token_pages * sizeof(struct token));
}

/* The domain has the tokens of the pages of tokens: whoever shares it can bind these, and by these all frames. */
static void
domain_bind_all(uint64_t count)
{
	uint64_t token_pages = pages_for((count + 1) * sizeof(struct domain_frame)), pages = pages_for(sizeof(struct unix_domain) + token_pages * sizeof(struct token));

	for (uint64_t i = 0; i < pages; i++)
		page_bind(UNIX_DOMAIN + i * UNIX_PAGE);
	for (uint64_t i = 0; i < token_pages; i++)
		domain->token[i] = page_bind(UNIX_WINDOW - (i + 1) * UNIX_PAGE);
	domain->token_pages = token_pages;
}

static void
tokens_look(void)
{
	struct page_token page;

	must(page_alloc(FRAME_ANY, 0, &page), "no page");
	if (!page.mac) {
		printf("unix: capabilities are in slots, which programs cannot share: boot with exo.caps=sealed\n");
		exit(EXIT_FAILURE);
	}
	page_free(page);
}

/* Five eighths of what there is are frames of programs, a quarter of which the arena may have; the rest is for environments. */
static void
frames_begin(void)
{
	uint64_t count = allowance_left() * 5 / 8;

	domain_bind_all(count);
	domain->clock_hz = rt_bootinfo->clock_hz;
	domain->alarm = UNIX_NEVER;
	domain->frames = frames = (page_t)count + 1;
	domain->arena = 1;
	domain->arena_end = (page_t)(1 + count / 4);
	for (page_t page = 1; page < domain->frames; page++)
		must(call_frame_alloc(FRAME_ANY, 0, 0, &frame_of(page)->token.payload, &frame_of(page)->token.mac), "no page");
}

static void
own_begin(void)
{
	uint64_t name;

	own->number = MANAGER;
	own->environment = &domain->environment[MANAGER];
	must(call_entry(0, &name), "name");
	own->environment->name = name;
	domain->runs = own->environment;
}

void
domain_begin(int words)
{
	if (words < 2) {
		printf("unix: no program: ./janus run exo -- /path [arguments]\n");
		exit(EXIT_FAILURE);
	}
	boot_find();
	must(context_begin(handler), "upcalls");
	page_bind(UNIX_OWN);
	must(events_begin(slice_ends, EVENT_END), "slices");	/* else the kernel would not look at the clock in a slice that begins with the manager */
	tokens_look();
	frames_begin();
	own_begin();
	domain->reserve = domain->spare = allowance_left();
}
