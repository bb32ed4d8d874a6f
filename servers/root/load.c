/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * From an ELF file to a thread: space and pool, image, stack, capabilities.
 *
 *   pages of an instance's memory:    segment | segment | ... | stack
 *
 * The stack begins with the argument vector and the environment behind it, as <janus/rt.h> says.
 */
#include <stdio.h>
#include <string.h>
#include <janus/kinds.h>
#include <janus/bootinfo.h>
#include <janus/layout.h>
#include <janus/registers.h>
#include <janus/rt.h>
#include <l4/stubs.h>
#include <l4/thread.h>
#include "load.h"

#define STACK_PAGES	4
#define VECTOR		(2 * MANIFEST_WORDS)

/* --- the space ------------------------------------------------------------------------------------------------------- */

enum status
load_space(struct instance *i, const struct plan_program *p)
{
	i->space = slot_take();
	i->thread = slot_take();
	if (!i->space || !i->thread)
		return ERR_NO_KMEM;
	enum status status = call_space_create(i->space);
	if (!status)
		status = memory_donate(i->space, i->badge, p->kmem);
	return status ? status : call_space_prepare(i->space);
}

enum status
load_give(struct instance *i, const char *name, uint64_t from, unsigned rights, uint64_t badge)
{
	char *entry = i->environment + i->environment_bytes;
	size_t room = sizeof(i->environment) - i->environment_bytes;
	unsigned slot = i->given + 1;
	enum status status;

	if (slot >= SLOTS_GIVEN)
		return ERR_LIMIT;
	int length = snprintf(entry, room, "%s=%u", name, slot);
	if ((size_t)length >= room)
		return ERR_LIMIT;
	status = badge ? call_cap_mint(from, i->space, slot, rights, badge) : call_cap_copy(from, i->space, slot, rights);
	if (status)
		return status;
	i->given = slot;
	i->environment_bytes += (unsigned)length + 1;
	return OK;
}

/* --- the image ------------------------------------------------------------------------------------------------------- */

/* Pages that the first BYTES of a segment touch. */
static uint64_t
pages_of(const struct elf_segment *s, uint64_t bytes)
{
	return bytes ? (s->address % PAGE + bytes + PAGE - 1) / PAGE : 0;
}

/* BYTES at FROM into the memory from byte OFFSET of page FIRST on. */
static void
memory_fill(const struct memory *m, uint64_t first, uint64_t offset, const unsigned char *from, uint64_t bytes)
{
	while (bytes) {
		uint64_t follow;
		char *page = memory_page(m, first + offset / PAGE, &follow);
		uint64_t n = PAGE - offset % PAGE;
		if (n > bytes)
			n = bytes;
		memcpy(page + offset % PAGE, from, n);
		offset += n;
		from += n;
		bytes -= n;
	}
}

enum status
load_mapped(struct instance *i, uint64_t address, uint64_t pages, unsigned rights, uint64_t first, uint64_t blank)
{
	enum status status = OK;

	for (uint64_t done = 0, n; done < pages && !status; done += n) {
		uint64_t follow;
		char *page = memory_page(&i->memory, first + done, &follow);
		n = follow < pages - done ? follow : pages - done;
		status = call_space_map(i->space, address + done * PAGE, (uintptr_t)page, n, rights);
	}
	return status;
}

static enum status
shown(struct instance *i, uint64_t address, uint64_t bytes)
{
	return call_space_map(i->space, address, address, (bytes + PAGE - 1) / PAGE, RIGHT_READ);
}

enum status
load_archive(struct instance *i)
{
	enum status status = shown(i, USER_BOOTINFO, PAGE);

	return status ? status : shown(i, USER_ARCHIVE, rt_bootinfo->archive_base % PAGE + rt_bootinfo->archive_bytes);
}

/* --- the stack ------------------------------------------------------------------------------------------------------- */

struct stack {
	char *page;			/* the topmost: all is in it */
	size_t used;
};

static uint64_t
stack_push(struct stack *s, const void *data, size_t bytes)
{
	s->used += bytes;
	memcpy(s->page + PAGE - s->used, data, bytes);
	return USER_STACK_TOP - s->used;
}

/* The user addresses of the strings, NULL behind the arguments and behind the environment; the number of words. */
static unsigned
strings_push(struct stack *s, const struct instance *i, const struct plan_program *p, uint64_t vector[VECTOR])
{
	unsigned n = 0;

	vector[n++] = stack_push(s, p->text.name, strlen(p->text.name) + 1);
	for (unsigned a = 0; a < p->text.arguments; a++)
		vector[n++] = stack_push(s, p->text.argument[a], strlen(p->text.argument[a]) + 1);
	vector[n++] = 0;
	for (const char *e = i->environment; e < i->environment + i->environment_bytes; e += strlen(e) + 1)
		vector[n++] = stack_push(s, e, strlen(e) + 1);
	vector[n++] = 0;
	return n;
}

/* A line of the manifest, the environment and their vector always fit into a page. */
static uint64_t
stack_fill(const struct instance *i, const struct plan_program *p, char *page)
{
	struct stack s = { .page = page };
	uint64_t vector[VECTOR];
	size_t bytes = strings_push(&s, i, p, vector) * sizeof(uint64_t);

	s.used = ((s.used + bytes + 15) & ~15ul) - bytes;
	return stack_push(&s, vector, bytes);
}
_Static_assert(MANIFEST_LINE_LIMIT + 1024 + VECTOR * 8 + 16 <= PAGE, "arguments and environment fit into a page");

/* It runs no longer in each period than its budget, whatever threads it makes: they have what it hands on. */
static enum status
budget_set(struct instance *i, const struct plan_program *p)
{
	uint64_t tick = rt_bootinfo->clock_hz / 1000000;	/* of a microsecond */
	enum status status;

	i->context = slot_take();
	if (!i->context)
		return ERR_NO_KMEM;
	status = call_context_create(i->context, p->budget * tick, p->period * tick);
	return status ? status : call_thread_context(i->thread, i->context);
}

static enum status
thread_make(struct instance *i, const struct plan_program *p)
{
	struct registers registers = { .rsi = p->text.arguments + 1, .rdx = i->vector };
	uint64_t id;
	enum status status = call_thread_create(i->space, i->thread, &id);

	if (!status)
		status = call_thread_priority(i->thread, p->priority);
	if (!status)
		status = call_thread_limit(i->thread, p->priority);
	if (!status && p->budget)
		status = budget_set(i, p);
	return status ? status : call_thread_exchange(i->thread, REGISTERS_RSI | REGISTERS_RDX, (uintptr_t)&registers);
}

/* --- the whole --------------------------------------------------------------------------------------------------------- */

/* The pages of P's segments that get memory. */
static uint64_t
stored_pages(const struct elf_segment *s, bool sparse)
{
	return pages_of(s, sparse ? s->data_bytes : s->bytes);
}

enum status
load_tell(struct instance *i, const struct plan_program *p, load_pages *map, bool sparse)
{
	enum status status = OK;
	uint64_t first = 0;

	for (const struct elf_segment *s = p->elf.segment; s < p->elf.segment + p->elf.segments && !status; s++) {
		uint64_t stored = stored_pages(s, sparse);
		status = map(i, s->address & -PAGE, stored, s->rights, first, pages_of(s, s->bytes) - stored);
		first += stored;
	}
	return status;
}

/* The segments' contents, one behind the other; pages that they take. */
static uint64_t
image_fill(const struct instance *i, const struct plan_program *p, bool sparse)
{
	uint64_t first = 0;

	for (const struct elf_segment *s = p->elf.segment; s < p->elf.segment + p->elf.segments; s++) {
		memory_fill(&i->memory, first, s->address % PAGE, s->data, s->data_bytes);
		first += stored_pages(s, sparse);
	}
	return first;
}

static uint64_t
image_pages(const struct plan_program *p, bool sparse)
{
	uint64_t pages = 0;

	for (unsigned s = 0; s < p->elf.segments; s++)
		pages += stored_pages(&p->elf.segment[s], sparse);
	return pages;
}

enum status
load_image(struct instance *i, const struct plan_program *p, load_pages *map, bool sparse)
{
	uint64_t follow;
	enum status status = memory_take(&i->memory, image_pages(p, sparse) + STACK_PAGES);

	if (status)
		return status;
	uint64_t stack = image_fill(i, p, sparse);
	status = load_tell(i, p, map, sparse);
	if (status)
		return status;
	i->vector = stack_fill(i, p, memory_page(&i->memory, stack + STACK_PAGES - 1, &follow));
	status = load_mapped(i, USER_STACK_TOP - STACK_PAGES * PAGE, STACK_PAGES, RIGHT_READ | RIGHT_WRITE, stack, 0);
	return status ? status : thread_make(i, p);
}

enum status
load_start(struct instance *i, const struct plan_program *p)
{
	return call_thread_start(i->thread, p->elf.entry, i->vector, 0);
}

void
load_undo(struct instance *i)
{
	if (i->thread)
		call_object_destroy(i->thread);
	if (i->space)
		call_object_destroy(i->space);
	memory_donated_back(i->badge);
	if (i->context)
		call_object_destroy(i->context);
	slot_give(i->thread);
	slot_give(i->space);
	slot_give(i->context);
	slot_give(i->words);
	memory_give(&i->memory);
	memset(i, 0, sizeof(*i));
}
