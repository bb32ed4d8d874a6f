/* SPDX-License-Identifier: BSD-2-Clause */
/* Another environment of the first program itself, with data of its own; for tests and benchmarks, which are one file. */
#pragma once

#include <exo/frames.h>
#include <exo/load.h>
#include <exo/stubs.h>
#include <janus/kinds.h>

#define TWIN_KMEM	64		/* pages: tables and records */
#define TWIN_ALLOWANCE	256
#define TWIN_SHARED	0x180000000ul	/* where both have the same pages */

/* In SLOT.  It does not run yet; pages of its own that the caller has bound at TWIN_SHARED are shared with it. */
static inline enum status
twin_load(struct environment *e, uint64_t slot, uint64_t shared_pages)
{
	static struct elf_program program;
	static const struct load load = { .program = &program, .kmem = TWIN_KMEM, .allowance = TWIN_ALLOWANCE };
	enum status status = program_own(&program);

	e->slot = slot;
	if (!status)
		status = environment_load(e, &load);
	if (!status)
		status = call_space_share(slot, TWIN_SHARED, TWIN_SHARED, shared_pages, RIGHT_READ | RIGHT_WRITE);
	return status;
}

/* PAGES fresh pages at TWIN_SHARED. */
static inline enum status
twin_shared(uint64_t pages)
{
	struct page_token page;

	for (uint64_t i = 0; i < pages; i++) {
		enum status status = page_alloc(FRAME_ANY, 0, &page);
		if (!status)
			status = call_bind(TWIN_SHARED + i * 4096, page.payload, page.mac, RIGHT_READ | RIGHT_WRITE);
		if (status)
			return status;
	}
	return OK;
}
