/* SPDX-License-Identifier: BSD-2-Clause */
/* How the manager makes an environment: the library's code and the domain are shared with it, the rest it takes itself. */
#include <elf.h>
#include <string.h>
#include <exo/frames.h>
#include <exo/yield.h>
#include "domain.h"
#include "manager.h"

#define ENVIRONMENT_KMEM	32	/* pages of its kernel memory at first: one that is asleep needs no more */
#define KMEM_MORE	8		/* that it gets each time that it finds few left, */
#define KEEP_MORE	8		/* unless of so many frames not one is free */
#define OWN_PAGES	5		/* that it takes itself */
#define SPACE_SLOT	64		/* environment n's space: n slots further */
#define KEEP		64		/* pages of the manager's allowance that stay unused */
#define OWN_KMEM	32		/* pages of the manager's own kernel memory: as many more when it has half as many left */
#define READ_WRITE	(RIGHT_READ | RIGHT_WRITE)

extern const Elf64_Ehdr __ehdr_start;	/* the library's own headers, from the linker */

/* What of the library cannot be written: all have the same frames. */
static enum status
library_share(uint64_t slot)
{
	const Elf64_Phdr *p = (const Elf64_Phdr *)((const char *)&__ehdr_start + __ehdr_start.e_phoff);
	enum status status = OK;

	for (unsigned i = 0; !status && i < __ehdr_start.e_phnum; i++) {
		if (p[i].p_type != PT_LOAD || p[i].p_flags & PF_W)
			continue;
		uint64_t start = p[i].p_vaddr & -UNIX_PAGE, pages = (p[i].p_vaddr + p[i].p_memsz - start + UNIX_PAGE - 1) / UNIX_PAGE;
		status = call_space_share(slot, start, start, pages, RIGHT_READ | (p[i].p_flags & PF_X ? RIGHT_EXECUTE : 0));
	}
	return status;
}

/* PAGES that environments can be made of.  Where no more are left for that, free frames are given up, until environments end; KEEP of them stay. */
static bool
pages_get(uint64_t pages, uint64_t keep)
{
	while (allowance_left() < pages + KEEP) {
		page_t page = domain->frees > keep ? host_page_take() : 0;
		if (!page)
			return false;
		if (call_frame_free(frame_of(page)->token.payload, frame_of(page)->token.mac))
			domain_ends("a free frame is none");
		frame_of(page)->next = domain->given;
		domain->given = page;
		domain->given_up++;
	}
	return true;
}

/* What environments have left is frames again, as long as there are too few. */
static void
frames_get_back(void)
{
	while (domain->given && allowance_left() > KEEP) {
		page_t page = domain->given;
		must(call_frame_alloc(FRAME_ANY, 0, 0, &frame_of(page)->token.payload, &frame_of(page)->token.mac), "no page that an environment had");
		domain->given = frame_of(page)->next;
		domain->given_up--;
		host_page_give(page);
	}
}

/* The manager's: objects of environments are in it. */
static void
own_fund(void)
{
	uint64_t allowance, given, held, kmem, kmem_free = 0;

	must(call_holdings(SLOT_OWN, &allowance, &given, &held, &kmem, &kmem_free), "holdings");
	if (kmem_free < OWN_KMEM / 2 && pages_get(OWN_KMEM, domain->frames / KEEP_FREE))
		call_space_fund(SLOT_OWN, OWN_KMEM);
}

/* It has found little left of its kernel memory (kmem_look). */
void
environment_fund(uint64_t number)
{
	domain->poor = 0;
	if (number >= ENVIRONMENTS || !pages_get(KMEM_MORE, domain->frames / KEEP_MORE) || call_space_fund(SPACE_SLOT + number, KMEM_MORE))
		return;
	domain->spare = allowance_left();
}

static enum status
environment_fill(uint64_t slot, uint64_t stack)
{
	enum status status = call_space_fund(slot, ENVIRONMENT_KMEM);

	if (!status)
		status = call_space_allow(slot, OWN_PAGES);
	if (!status)
		status = library_share(slot);
	if (!status)
		status = call_space_share(slot, UNIX_DOMAIN, UNIX_DOMAIN, domain_pages(), READ_WRITE);
	if (!status)
		status = call_space_share(slot, stack, stack, 1, READ_WRITE);
	return status;
}

static enum status
environment_make(uint64_t number)
{
	struct environment *e = &domain->environment[number];
	uint64_t slot = SPACE_SLOT + number;
	page_t stack = pages_get(ENVIRONMENT_KMEM + OWN_PAGES, domain->frames / KEEP_FREE) ? host_page_take() : 0;
	enum status status = stack ? call_cap_grow(SLOT_OWN, slot) : ERR_LIMIT;

	if (!status)
		status = call_space_create(slot);
	if (status) {
		if (stack)
			host_page_give(stack);
		return status;
	}
	*e = (struct environment){ .stack = stack };
	memset(page_at(stack), 0, UNIX_PAGE);
	status = environment_fill(slot, (uintptr_t)page_at(stack));
	if (!status)
		status = call_environment_create(slot, &e->name);
	if (!status)
		status = call_environment_start(slot, (uintptr_t)environment_begin, (uintptr_t)page_at(stack) + UNIX_PAGE - 8, number);
	if (status) {
		call_destroy(slot);
		e->name = 0;
		host_page_give(stack);
	}
	return status;
}

/*
 * E was stopped, or is now.  Its space is as it was, page tables and all: another environment goes on in it, with E's registers.  What E had begun under the lock is brought
 * to its end so, whatever it was, before anybody else has the lock.
 */
enum status
environment_restart(struct environment *e)
{
	uint64_t slot = SPACE_SLOT + (uint64_t)(e - domain->environment);
	enum status status = call_environment_stop(slot, (uintptr_t)&domain->left);

	if (!status)
		status = call_environment_create(slot, &e->name);
	e->again = e->fallen = true;
	if (!status)
		status = call_environment_start(slot, (uintptr_t)again_begin, 0, 0);
	while (!status && e->again)
		status = yield_to(e->name);
	return status ? status : e->status;
}

void
environment_add(void)
{
	uint64_t number = MANAGER + 1;

	while (number < ENVIRONMENTS && domain->environment[number].name)
		number++;
	domain->wanted = false;
	own_fund();
	if (number == ENVIRONMENTS || environment_make(number)) {
		domain->exhausted = true;
		return;
	}
	domain->made++;
	domain->library_pages++;
	domain->spare = allowance_left();
	environment_rest(&domain->environment[number]);
}

/* The first that is idle. */
static void
environment_end(void)
{
	struct environment *e = domain->idle;
	uint64_t number = (uint64_t)(e - domain->environment);

	if (number <= MANAGER || number >= ENVIRONMENTS || e->tasks)
		domain_ends("who is idle is no environment");
	domain->idle = e->next;
	domain->idles--;
	domain->made--;
	domain->library_pages--;
	e->name = 0;
	kept_forget(e);
	call_destroy(SPACE_SLOT + number);
	host_page_give(e->stack);
}

void
environments_end(void)
{
	domain->low = false;
	while (domain->idle && domain->given && domain->frees < 2 * (domain->frames / KEEP_FREE)) {
		environment_end();
		frames_get_back();
	}
	domain->spare = allowance_left();
}
