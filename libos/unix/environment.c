/* SPDX-License-Identifier: BSD-2-Clause */
/* How the manager makes an environment: the library's code and the domain are shared with it, the rest it takes itself. */
#include <elf.h>
#include <string.h>
#include <exo/yield.h>
#include "domain.h"
#include "manager.h"

#define KMEM		64		/* pages of an environment's kernel memory */
#define OWN_PAGES	5		/* that it takes itself */
#define SPACE_SLOT	64		/* environment n's space: n slots further */
#define KEEP		64		/* pages of the manager's allowance that stay unused */
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

static enum status
environment_fill(uint64_t slot, uint64_t stack)
{
	enum status status = call_space_fund(slot, KMEM);

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
	page_t stack = allowance_left() > KMEM + OWN_PAGES + KEEP ? host_page_take() : 0;
	enum status status = stack ? call_cap_grow(SLOT_OWN, slot) : ERR_LIMIT;

	if (!status)
		status = call_space_create(slot);
	if (status) {
		if (stack)
			host_page_give(stack);
		return status;
	}
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
	if (number == ENVIRONMENTS || environment_make(number)) {
		domain->exhausted = true;
		return;
	}
	domain->made++;
	domain->spare = allowance_left();
	domain->idles++;
	domain->environment[number].next = domain->idle;
	domain->idle = &domain->environment[number];
}
