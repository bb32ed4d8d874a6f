/* SPDX-License-Identifier: BSD-2-Clause */
/* Pages to protect and to fault on, as in Appel and Li's experiments. */
#pragma once

#include "bench.h"

#include <signal.h>
#include <stddef.h>
#include <sys/mman.h>
#include <ucontext.h>

#define PAGE	4096ul

static char *memory;
static unsigned long memory_pages;

/* All of it writable and touched. */
static void
memory_reset(void)
{
	if (mprotect(memory, memory_pages * PAGE, PROT_READ | PROT_WRITE))
		bench_fail("memory does not become writable");
	for (unsigned long i = 0; i < memory_pages; i++)
		memory[i * PAGE] = 1;
}

static void
memory_make(unsigned long pages)
{
	memory = mmap(NULL, pages * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED)
		bench_fail("no memory");
	memory_pages = pages;
	memory_reset();
}

static inline void
memory_protect(unsigned long page, unsigned long pages, int rights)
{
	if (mprotect(memory + page * PAGE, pages * PAGE, rights))
		bench_fail("mprotect refused");
}

static inline void
memory_on_fault(void (*handler)(int, siginfo_t *, void *))
{
	struct sigaction action = { .sa_sigaction = handler, .sa_flags = SA_SIGINFO | SA_NODEFER };

	if (sigaction(SIGSEGV, &action, NULL))
		bench_fail("no handler");
}

static inline unsigned long
memory_page(const siginfo_t *fault)
{
	return (unsigned long)((char *)fault->si_addr - memory) / PAGE;
}
