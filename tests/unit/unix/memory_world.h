/* SPDX-License-Identifier: BSD-2-Clause */
/* A process that is nothing but its memory, for tests of that: one includes it. */
#pragma once

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <cmocka.h>
#include <janus/kinds.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "host.h"

#define PAGE		UNIX_PAGE
#define FRAMES		128
#define READ_WRITE	(PROT_READ | PROT_WRITE)
#define ANONYMOUS	(MAP_PRIVATE | MAP_ANONYMOUS)

static struct process *process;
static struct task *task;
static unsigned pages_before;

static inline struct process *
process_with(struct memory *m)
{
	struct process *p = arena_take(ARENA_PROCESS);

	for (int i = 0; i < LIMITS; i++)
		p->limit[i][0] = p->limit[i][1] = RLIM_INFINITY;
	p->memory = m;
	p->next = shared->process.first;
	shared->process.first = p;
	return p;
}

static inline int
begin(void **state)
{
	fake_begin(FRAMES);
	assert_int_equal(memory_begin(), 0);
	pages_before = fake_pages;
	process = process_with(memory_create());
	process->memory->top = 0x7fff00000000;
	process->memory->brk_start = process->memory->brk = 0x600000;
	task = arena_take(ARENA_TASK);
	task->process = process;
	return 0;
}

/* Whatever a test did: with its memory all pages are back. */
static inline int
end(void **state)
{
	for (struct process *p = shared->process.first; p; p = p->next) {
		if (p->memory)
			memory_drop(p->memory);
	}
	assert_int_equal(fake_pages, pages_before);
	assert_int_equal(shared->list[ARENA_AREA].taken, 0);
	fake_end();
	return 0;
}

static inline uint64_t
map(uint64_t bytes, int protection)
{
	int64_t at = unix_mmap(task, 0, bytes, protection, ANONYMOUS, -1, 0);

	assert_true(at > 0);
	return (uint64_t)at;
}

static inline struct host_mapping
mapped(struct process *p, uint64_t address)
{
	struct host_mapping m = { 0 };

	host_next(&p->memory->host, address, address + PAGE, &m);
	return m;
}

static inline char *
touch(struct process *p, uint64_t address)
{
	assert_int_equal(memory_fault(p, address, RIGHT_WRITE), 0);
	return page_at(mapped(p, address).page);
}

/* --- faults ------------------------------------------------------------------------------------------------------------------------ */
