/* SPDX-License-Identifier: BSD-2-Clause */
/* What a domain has: frames, the arena, the devices. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <errno.h>
#include <exo/stubs.h>
#include <unix/unix.h>
#include "domain.h"

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
	if (domain->given_up && domain->idle && domain->frees < domain->frames / KEEP_FREE) {
		domain->low = true;
		own->late = 1;
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
	return domain->frames - domain->frees - domain->given_up - domain->arena_end - domain->library_pages;
}

/* Page frames and what environments are made of, since a process takes of both; an idle one is the next process's. */
void
host_memory(uint64_t *total, uint64_t *free)
{
	uint64_t each = domain->made ? (domain->reserve + domain->given_up - domain->spare) / domain->made : 0;

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

/* Of the page at ADDRESS; NULL: there can be none. */
static const struct token *
token_at(uint64_t address)
{
	uint64_t page = (address - UNIX_WINDOW) / UNIX_PAGE, below = (UNIX_WINDOW - 1 - address) / UNIX_PAGE;

	if (address >= UNIX_WINDOW)
		return page < domain->frames ? &frame_of((page_t)page)->token : NULL;
	return below < domain->token_pages ? &domain->token[below] : NULL;
}

void
domain_bind(uint64_t address)
{
	const struct token *token = token_at(address);

	if (!token)
		fatal("page fault at", address);
	enum status status = call_bind(address & -UNIX_PAGE, token->payload, token->mac, UNIX_WINDOW_RIGHTS);
	if (status && status != ERR_EXISTS)
		fatal("a page of the window cannot be bound", status);
}

void
domain_bind_whole(uint64_t address)
{
	const struct token *token = token_at(address);

	if (token && address >= UNIX_WINDOW) {
		domain_bind((uintptr_t)token);
		domain_bind((uintptr_t)(token + 1) - 1);
	}
	domain_bind(address);
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

int
host_direct(struct task *t, uint64_t address)
{
	return -EINVAL;
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
