/* SPDX-License-Identifier: BSD-2-Clause */
/* What the environments of a domain share: the lock, frames, the arena, the devices. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <errno.h>
#include <exo/stubs.h>
#include <exo/yield.h>
#include <unix/unix.h>
#include "domain.h"

void
fatal(const char *what, uint64_t value)
{
	host_log("unix: environment %lu: %s, %#lx", own->number, what, value);
	if (own->number == MANAGER)
		domain_ends("its manager cannot go on");
	domain->environment[own->number].name = 0;
	for (;;)
		call_thread_exit();
}

/* --- the lock -------------------------------------------------------------------------------------------------------------------- */

/* There is one processor: whoever has it keeps the lock for a moment, unless its slice ended there, or it was stopped.  Then it gets what is left of ours. */
static uint64_t
lock_try(void)
{
	uint64_t holder = 0;

	__atomic_compare_exchange_n(&domain->holder, &holder, own->number, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
	return holder;
}

static __attribute__((cold, noinline)) void
lock_wait(uint64_t holder)
{
	for (; holder; holder = lock_try()) {
		if (own->number == MANAGER)
			cut_short();
		else if (holder >= ENVIRONMENTS || yield_to(domain->environment[holder].name) == ERR_NOT_FOUND)
			yield_to(domain->environment[MANAGER].name);	/* which lets another end what that began, or ends the domain */
	}
}

void
host_lock(struct task *t)
{
	uint64_t holder = lock_try();

	if (holder)
		lock_wait(holder);
}

void
host_unlock(struct task *t)
{
	__atomic_store_n(&domain->holder, 0, __ATOMIC_RELEASE);
}

/* --- frames ------------------------------------------------------------------------------------------------------------------------ */

page_t
host_page_end(void)
{
	return domain->frames;
}

page_t
host_page_take(void)
{
	page_t page = domain->free;

	if (page) {
		domain->free = frame_of(page)->next;
		domain->frees--;
	}
	return page;
}

void
host_page_give(page_t page)
{
	frame_of(page)->next = domain->free;
	domain->free = page;
	domain->frees++;
}

page_t
host_pages_taken(void)
{
	return domain->frames - domain->frees - domain->arena_end;
}

/* Page frames and what environments are made of, since a process takes of both; an idle one is the next process's. */
void
host_memory(uint64_t *total, uint64_t *free)
{
	uint64_t each = domain->made ? (domain->reserve - domain->spare) / domain->made : 0;

	*total = (domain->frames + domain->reserve) * UNIX_PAGE;
	*free = (domain->frees + domain->spare + domain->idles * each) * UNIX_PAGE;
}

void *
host_shared_alloc(size_t bytes)
{
	page_t first = domain->arena, count = (page_t)(bytes / UNIX_PAGE);

	if (count > domain->arena_end - first)
		return NULL;
	domain->arena += count;
	return memset(page_at(first), 0, bytes);
}

void
domain_bind(uint64_t address)
{
	uint64_t page = (address - UNIX_WINDOW) / UNIX_PAGE;

	if (address < UNIX_WINDOW || page >= domain->frames)
		fatal("page fault at", address);
	const struct domain_frame *f = frame_of((page_t)page);
	enum status status = call_bind(address & -UNIX_PAGE, f->payload, f->mac, RIGHT_READ | RIGHT_WRITE);
	if (status && status != ERR_EXISTS)
		fatal("a page of the window cannot be bound", status);
}

/* --- devices ------------------------------------------------------------------------------------------------------------------------ */

uint64_t
host_clock(void)
{
	return (unsigned __int128)__builtin_ia32_rdtsc() * 1000000000u / domain->clock_hz;
}

uint64_t
host_counter(uint64_t *start)
{
	*start = 0;
	return domain->clock_hz;
}

uint64_t
host_wall(void)
{
	return domain->wall;
}

/* The manager looks when it has its turn; one that has come already ends this one. */
void
host_alarm(uint64_t deadline)
{
	domain->alarm = deadline;
	if (deadline <= host_clock())
		own->late = true;
}

/* xorshift, from the clock: the program's randomness is not the kernel's business here. */
void
host_random(void *to, size_t bytes)
{
	uint64_t word = __builtin_ia32_rdtsc() * 0x9e3779b97f4a7c15ul | 1;

	for (char *at = to; bytes--; at++) {
		word ^= word << 13;
		word ^= word >> 7;
		word ^= word << 17;
		*at = (char)(word >> 32);
	}
}

void
host_console_write(const char *text, size_t bytes)
{
	for (size_t n; bytes; text += n, bytes -= n) {
		n = bytes < 240 ? bytes : 240;
		call_log_write((uintptr_t)text, n);
	}
}

void
host_log(const char *format, ...)
{
	char line[200];
	va_list arguments;

	va_start(arguments, format);
	int length = vsnprintf(line, sizeof(line) - 1, format, arguments);
	va_end(arguments);
	if (length > (int)sizeof(line) - 2)
		length = sizeof(line) - 2;
	line[length++] = '\n';
	host_console_write(line, (size_t)length);
}
