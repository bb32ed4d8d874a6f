/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Call sites that have become jumps (docs/unix/exo.md, docs/decisions/rewriting.md).
 *
 *	site:  jmp stub; syscall    ──►    stub:  mov $number, %eax; mov $(site + 7), %ecx; jmp rewritten_entry or plain_entry
 *
 * A stub belongs to an address and a number, so all programs of the domain have the same ones, in UNIX_STUBS, read and executed; they are never given back.  A site is
 * changed in a copy of its page that the program's memory has alone.  Either is written through the window, whose binding of that page goes at once: where a program
 * executes nothing can be written.  A stub is as the program's own code to upcalls; they never show it to the program.
 *
 * The change is one store, and there is one processor: whoever is before the mov jumps, whoever is behind it executes the `syscall', which is an upcall as ever.
 */
#include <string.h>
#include <sys/syscall.h>
#include <exo/stubs.h>
#include <unix/calls.h>
#include <unix/unix.h>
#include "domain.h"
#include "site.h"

#define STUBS_IN_PAGE	(UNIX_PAGE / sizeof(struct stub))
#define STUBS		((UNIX_STUBS_END - UNIX_STUBS) / sizeof(struct stub))
#define REACH		0x7ff00000ul	/* of a jump, less what a stub and the area are long */

struct stub {
	uint8_t code[16];
	uint32_t site, number;
	uint32_t next;			/* in its list: an index, counted from 1 */
	uint32_t reserved;
};
_Static_assert(sizeof(struct stub) == 32 && (UNIX_STUBS_END - UNIX_STUBS) / UNIX_PAGE == STUB_PAGES, "whole pages of them");

bool
stub_has(uint64_t address)
{
	return address - UNIX_STUBS < UNIX_STUBS_END - UNIX_STUBS;
}

extern char rewritten_entry[], plain_entry[];

/* --- stubs ----------------------------------------------------------------------------------------------------------------------------- */

/* As it is executed. */
static const struct stub *
stub_of(uint64_t index)
{
	return (const struct stub *)UNIX_STUBS + (index - 1);
}

bool
stub_bind(uint64_t address)
{
	uint64_t index = (address - UNIX_STUBS) / UNIX_PAGE;
	page_t page = index < STUB_PAGES ? domain->stub_page[index] : 0;

	if (!page)
		return false;
	enum status status = call_bind(address & -UNIX_PAGE, frame_of(page)->token.payload, frame_of(page)->token.mac, RIGHT_READ | RIGHT_EXECUTE);
	return !status || status == ERR_EXISTS;
}

static uint32_t *
list_of(uint64_t site)
{
	return &domain->stub_list[site / 8 % STUB_LISTS];
}

static uint64_t
stub_find(uint64_t site, uint64_t number)
{
	uint64_t index = *list_of(site);

	while (index && (stub_of(index)->site != site || stub_of(index)->number != number))
		index = stub_of(index)->next;
	return index;
}

static void
put32(uint8_t *at, uint64_t value)
{
	uint32_t word = (uint32_t)value;

	memcpy(at, &word, sizeof(word));
}

/* No program executes it through the window. */
static void
stub_write(struct stub *s, uint64_t at, uint64_t site, uint64_t number)
{
	uint64_t entry = (uintptr_t)(unix_plain[number] ? plain_entry : rewritten_entry);

	*s = (struct stub){ .code = { [0] = 0xb8, [5] = 0xb9, [10] = 0xe9 }, .site = (uint32_t)site, .number = (uint32_t)number, .next = *list_of(site) };
	put32(s->code + 1, number);
	put32(s->code + 6, site + SITE_BYTES);
	put32(s->code + 11, entry - (at + 15));
}

/* 0: there is no room, or no page. */
static uint64_t
stub_make(uint64_t site, uint64_t number)
{
	uint64_t index = domain->stubs, place = index % STUBS_IN_PAGE;
	page_t *page = &domain->stub_page[index / STUBS_IN_PAGE];

	if (index == STUBS)
		return 0;
	if (!*page) {
		if (!(*page = host_page_take()))
			return 0;
		domain->library_pages++;
	}
	stub_write((struct stub *)page_at(*page) + place, (uintptr_t)stub_of(index + 1), site, number);
	call_unbind((uintptr_t)page_at(*page), 1);
	*list_of(site) = (uint32_t)++domain->stubs;
	return index + 1;
}

/* --- sites ------------------------------------------------------------------------------------------------------------------------------ */

/* PAGE is that of the site, which is eight bytes or more before its end: one store changes five of them. */
static void
site_write(page_t page, uint64_t site, uint64_t stub)
{
	uint64_t *at = (uint64_t *)((char *)page_at(page) + site % UNIX_PAGE), word = *at;
	uint8_t jump[SITE_MOV] = { 0xe9 };

	put32(jump + 1, stub - (site + SITE_MOV));
	memcpy(&word, jump, sizeof(jump));
	*(volatile uint64_t *)at = word;
	call_unbind((uintptr_t)page_at(page), 1);
}

/* T has made a call there.  False: it cannot be rewritten, or not now. */
static bool
site_rewrite(struct task *t, uint64_t site)
{
	uint64_t number = t->registers.rax, index;
	uint8_t code[SITE_BEFORE + SITE_BYTES];
	page_t page;

	if (site >= REACH || site % UNIX_PAGE > UNIX_PAGE - sizeof(uint64_t) || host_copy_in(t, code, site - SITE_BEFORE, sizeof(code)))
		return false;
	if (number >= UNIX_CALLS || !site_fits(code, number))
		return false;
	index = stub_find(site, number);
	if ((!index && domain->stubs == STUBS) || memory_patch(t->process, site, &page))
		return false;
	if (!index && !(index = stub_make(site, number)))
		return false;
	site_write(page, site, (uintptr_t)stub_of(index));
	domain->sites++;
	return true;
}

/* Those whose caller's program is not there any more afterwards are not worth it. */
static bool
is_last(uint64_t number)
{
	return number == SYS_execve || number == SYS_exit || number == SYS_exit_group;
}

static void __attribute__((noinline))
site_try(struct task *t, uint64_t *unfit, uint64_t mark)
{
	host_lock(t);
	if (!site_rewrite(t, t->registers.rip - SITE_BYTES))
		*unfit = mark;
	host_unlock(t);
}

/* A site that was found not to fit is not looked at again, as long as the environment has the space: its address and that are the mark. */
static void
site_look(struct task *t)
{
	uint64_t mark = t->registers.rip + (own->environment->entered << 48), *unfit = &own->unfit[t->registers.rip / 2 % UNFIT_SITES];

	if (*unfit != mark && !is_last(t->registers.rax))
		site_try(t, unfit, mark);
}

/* --- what enter.S calls ------------------------------------------------------------------------------------------------------------------- */

void
serve_call_rewriting(struct task *t)
{
	domain->calls.upcall++;
	site_look(t);
	serve_call(t);
}

void
serve_rewritten(struct task *t)
{
	domain->calls.stub++;
	serve_call(t);
}

int64_t
serve_plain(struct task *t, unsigned number)
{
	domain->calls.stub++;
	return unix_rows[number].serve(t);
}

bool
host_calls(uint64_t *all, uint64_t *without_kernel)
{
	*all = domain->calls.stub + domain->calls.upcall;
	*without_kernel = domain->calls.stub;
	return domain->rewrites;
}

/* T was interrupted in a stub: it goes on behind the mov, where its registers are the same and the `syscall' is still to come. */
void
stub_leave(struct task *t)
{
	uint64_t index = (t->registers.rip - UNIX_STUBS) / sizeof(struct stub) + 1;

	if (index > domain->stubs)
		return;
	t->registers.rip = stub_of(index)->site + SITE_MOV;
	t->registers.rax = stub_of(index)->number;
}
