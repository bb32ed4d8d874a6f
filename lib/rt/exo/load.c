/* SPDX-License-Identifier: BSD-2-Clause */
/* The loader of <exo/load.h>: each page is filled through a window in the loader's own space, and then bound in the new one. */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <exo/frames.h>
#include <exo/load.h>
#include <exo/slices.h>
#include <exo/stubs.h>
#include <janus/kinds.h>
#include <janus/layout.h>

#define PAGE		4096ul
#define WINDOW		0x00007ffb00000000ul
#define READ_WRITE	(RIGHT_READ | RIGHT_WRITE)

static uint64_t
least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* A cleared page in the window. */
static enum status
window_open(struct environment *e, struct page_token *page)
{
	enum status status = e->pages < e->room ? page_alloc(FRAME_ANY, 0, page) : ERR_LIMIT;

	if (status)
		return status;
	e->page[e->pages++] = *page;
	return call_bind(WINDOW, page->payload, page->mac, READ_WRITE);
}

/* What is in the window becomes the new environment's at ADDRESS. */
static enum status
window_pass(const struct environment *e, uint64_t address, unsigned rights)
{
	enum status status = call_space_share(e->slot, address, WINDOW, 1, rights);
	enum status closed = call_unbind(WINDOW, 1);

	return status ? status : closed;
}

/* What of segment S lies in the page at AT. */
static void
page_fill(const struct elf_segment *s, uint64_t at)
{
	uint64_t start = at > s->address ? at : s->address;
	uint64_t end = least(at + PAGE, s->address + s->data_bytes);

	if (start < end)
		memcpy((char *)WINDOW + (start - at), s->data + (start - s->address), end - start);
}

static enum status
segment_load(struct environment *e, const struct elf_segment *s)
{
	struct page_token page;
	enum status status = OK;

	/*
	 * The window is the loader's own binding, with the rights that it needs; execution is granted to the other space by the page's token.  A program may pass on its own
	 * image: a library OS shares its code with the environments that it makes.
	 */
	for (uint64_t at = s->address & -PAGE; !status && at < s->address + s->bytes; at += PAGE) {
		status = window_open(e, &page);
		if (status)
			return status;
		page_fill(s, at);
		if (s->rights & RIGHT_EXECUTE) {
			call_unbind(WINDOW, 1);
			status = call_bind(WINDOW, page.payload, page.mac, s->rights);
		}
		if (!status)
			status = window_pass(e, at, s->rights | RIGHT_SHARE);
	}
	return status;
}

/* --- the stack ------------------------------------------------------------------------------------------------------ */

struct top {
	char *end;			/* strings are put before it */
	uint64_t *word;			/* the next of the vectors */
};

/* Each of TEXT, at the top page's end; its address there as the next word.  NULL last.  False: the page is full. */
static bool
vector_push(struct top *top, const char *const *text)
{
	for (; text && *text; text++) {
		size_t bytes = strlen(*text) + 1;
		if (bytes + 2 * sizeof(uint64_t) > (size_t)(top->end - (char *)top->word))
			return false;
		top->end -= bytes;
		memcpy(top->end, *text, bytes);
		*top->word++ = USER_STACK_TOP - (WINDOW + PAGE - (uintptr_t)top->end);
	}
	*top->word++ = 0;
	return true;
}

static uint64_t
vector_length(const char *const *text)
{
	uint64_t n = 0;

	while (text && text[n])
		n++;
	return n;
}

/* Where the stack pointer begins: at the count, in the last page; aligned as a C function has it. */
#define STACK_START	8
static bool
arguments_push(const struct load *load)
{
	struct top top = { .end = (char *)WINDOW + PAGE, .word = (uint64_t *)(WINDOW + STACK_START) };

	*top.word++ = vector_length(load->argument);
	return vector_push(&top, load->argument) && vector_push(&top, load->setting);
}

static enum status
stack_load(struct environment *e, const struct load *load)
{
	struct page_token page;

	for (uint64_t at = USER_STACK_TOP - USER_STACK_BYTES; at < USER_STACK_TOP; at += PAGE) {
		enum status status = window_open(e, &page);
		if (!status && at == USER_STACK_TOP - PAGE && !arguments_push(load))
			status = ERR_LIMIT;
		if (!status)
			status = window_pass(e, at, READ_WRITE);
		if (status)
			return status;
	}
	return OK;
}

/* --- interface ------------------------------------------------------------------------------------------------------- */

static enum status
contents_load(struct environment *e, const struct load *load)
{
	enum status status = call_space_fund(e->slot, load->kmem);

	if (!status)
		status = call_space_allow(e->slot, load->allowance);
	for (unsigned i = 0; !status && i < load->program->segments; i++)
		status = segment_load(e, &load->program->segment[i]);
	if (!status)
		status = stack_load(e, load);
	return status ? status : call_environment_create(e->slot, &e->name);
}

enum status
environment_load(struct environment *e, const struct load *load)
{
	e->pages = 0;
	e->room = load->program->pages + USER_STACK_BYTES / PAGE;
	e->page = malloc(e->room * sizeof(*e->page));
	if (!e->page)
		return ERR_LIMIT;
	enum status status = call_space_create(e->slot);
	if (status) {
		free(e->page);
		return status;
	}
	status = contents_load(e, load);
	if (status) {
		call_unbind(WINDOW, 1);
		environment_end(e);
	}
	return status;
}

enum status
environment_start(const struct environment *e, uint64_t ip, uint64_t argument)
{
	return call_environment_start(e->slot, ip, USER_STACK_TOP - PAGE + STACK_START, argument);
}

/* Its capability is not kept: the position goes with the environment that pays for it. */
enum status
environment_slice(const struct environment *e)
{
	uint64_t slot, payload, mac, position;
	enum status status = slot_take(&slot);

	if (status)
		return status;
	status = call_slice_alloc(SLICE_ANY, e->slot, slot, &payload, &mac, &position);
	if (!status && !mac)
		call_cap_delete(slot);
	slot_give(slot);
	return status;
}

enum status
environment_run(const struct environment *e, uint64_t ip, uint64_t argument)
{
	enum status status = environment_start(e, ip, argument);

	return status ? status : environment_slice(e);
}

void
environment_end(struct environment *e)
{
	call_destroy(e->slot);
	while (e->pages)
		page_free(e->page[--e->pages]);
	free(e->page);
	e->page = NULL;
}

const char *
setting_find(const char *const *setting, const char *key)
{
	size_t length = strlen(key);

	for (; *setting; setting++)
		if (!strncmp(*setting, key, length) && (*setting)[length] == '=')
			return *setting + length + 1;
	return NULL;
}
