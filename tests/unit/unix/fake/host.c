/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The host of lib/unix's unit tests: page frames and the arena are memory of the test at their fixed addresses, a space is a sorted list of mappings, an address of a
 * program is one of the test's own.  A call that waits runs what the test has for others to do (fake_meanwhile), or its deadline comes.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unix/arena.h>
#include "host.h"

#define FRAMES_LIMIT 65536

unsigned fake_pages, fake_shared;
bool fake_forgets;
uint64_t fake_clock, fake_alarm;
void (*fake_meanwhile)(struct task *t);
char fake_console[65536], fake_log[1024];
size_t fake_console_bytes;

static page_t free_page[FRAMES_LIMIT];
static size_t arena_bytes;
static page_t frames;
static bool locked;

static void
fail(const char *what)
{
	fprintf(stderr, "fake host: %s\n", what);
	abort();
}

static void
area_map(uint64_t address, size_t bytes)
{
	if (mmap((void *)address, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE, -1, 0) == MAP_FAILED)
		fail("no memory at the arena's place");
}

void
fake_machine(unsigned pages)
{
	area_map(UNIX_ARENA, UNIX_ARENA_LIMIT);
	area_map(UNIX_WINDOW, (pages + 1ul) * UNIX_PAGE);
	arena_bytes = 0;
	frames = pages;
	fake_shared = UNIX_ARENA_LIMIT / UNIX_PAGE;
	fake_pages = 0;
	for (page_t p = pages; p; p--)
		free_page[fake_pages++] = p;
	fake_forgets = false;
	fake_clock = 0;
	fake_alarm = UNIX_NEVER;
	fake_meanwhile = NULL;
	fake_console_bytes = 0;
	fake_log[0] = 0;
	locked = false;
}

void
fake_begin(unsigned pages)
{
	fake_machine(pages);
	if (arena_begin())
		fail("arena_begin");
}

void
fake_end(void)
{
	munmap((void *)UNIX_ARENA, UNIX_ARENA_LIMIT);
	munmap((void *)UNIX_WINDOW, FRAMES_LIMIT * UNIX_PAGE);
}

/* --- arena and frames ------------------------------------------------------------------------------------------------------------ */

void *
host_shared_alloc(size_t bytes)
{
	void *at = (char *)UNIX_ARENA + arena_bytes;

	if (bytes / UNIX_PAGE > fake_shared)
		return NULL;
	fake_shared -= (unsigned)(bytes / UNIX_PAGE);
	arena_bytes += bytes;
	return at;
}

void
host_lock(struct task *t)
{
	if (locked)
		fail("the lock is taken twice");
	locked = true;
}

void
host_unlock(struct task *t)
{
	if (!locked)
		fail("the lock is given up by who has it not");
	locked = false;
}

page_t
host_page_end(void)
{
	return frames + 1;
}

page_t
host_pages_taken(void)
{
	return (page_t)(FRAMES_LIMIT - fake_pages);
}

void
host_memory(uint64_t *total, uint64_t *free)
{
	*total = FRAMES_LIMIT * UNIX_PAGE;
	*free = fake_pages * UNIX_PAGE;
}

bool
host_calls(uint64_t *all, uint64_t *without_kernel)
{
	return false;
}

page_t
host_page_take(void)
{
	return fake_pages ? free_page[--fake_pages] : 0;
}

void
host_page_give(page_t page)
{
	memset(page_at(page), 0xa5, UNIX_PAGE);
	free_page[fake_pages++] = page;
}

/* --- spaces ------------------------------------------------------------------------------------------------------------------------ */

int
host_space_create(struct host_space *s)
{
	*s = (struct host_space){ 0 };
	return 0;
}

void
host_space_close(struct host_space *s)
{
}

void
host_space_destroy(struct host_space *s)
{
	free(s->mapping);
	*s = (struct host_space){ 0 };
}

static unsigned
place_of(const struct host_space *s, uint64_t address)
{
	unsigned i = 0;

	while (i < s->mappings && s->mapping[i].address < address)
		i++;
	return i;
}

static void
map_one(struct host_space *s, const struct host_mapping *m)
{
	unsigned i = place_of(s, m->address);

	if (i == s->mappings || s->mapping[i].address != m->address) {
		if (s->mappings == s->room) {
			s->room = s->room ? 2 * s->room : 16;
			s->mapping = realloc(s->mapping, s->room * sizeof(*m));
		}
		memmove(&s->mapping[i + 1], &s->mapping[i], (s->mappings - i) * sizeof(*m));
		s->mappings++;
	}
	s->mapping[i] = *m;
}

int
host_map(struct host_space *s, const struct host_mapping *m, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		if (m[i].counted || !fake_forgets)
			map_one(s, &m[i]);
	}
	return 0;
}

void
host_unmap(struct host_space *s, uint64_t address, uint64_t pages)
{
	unsigned from = place_of(s, address), to = place_of(s, address + pages * UNIX_PAGE);

	if (from == to)
		return;
	memmove(&s->mapping[from], &s->mapping[to], (s->mappings - to) * sizeof(*s->mapping));
	s->mappings -= to - from;
}

void
host_protect(struct host_space *s, uint64_t address, uint64_t pages, unsigned rights)
{
	for (unsigned i = place_of(s, address); i < place_of(s, address + pages * UNIX_PAGE); i++)
		s->mapping[i].rights &= (uint8_t)rights;
}

bool
host_next(const struct host_space *s, uint64_t address, uint64_t end, struct host_mapping *m)
{
	unsigned i = place_of(s, address);

	if (i == s->mappings || s->mapping[i].address >= end)
		return false;
	*m = s->mapping[i];
	return true;
}

bool
host_next_counted(const struct host_space *s, uint64_t address, uint64_t end, struct host_mapping *m)
{
	do {
		if (!host_next(s, address, end, m))
			return false;
		address = m->address + UNIX_PAGE;
	} while (!m->counted);
	return true;
}

/* --- memory of programs: the test's own, but for the first page ------------------------------------------------------------------ */

void *
host_at(struct task *t, uint64_t address, size_t bytes, unsigned rights)
{
	return address < UNIX_PAGE || address % UNIX_PAGE + bytes > UNIX_PAGE ? NULL : (void *)address;
}

void *
host_glance(struct task *t, uint64_t address, size_t bytes, unsigned rights)
{
	return host_at(t, address, bytes, rights);
}

int
host_copy_in(struct task *t, void *to, uint64_t from, size_t bytes)
{
	if (from < UNIX_PAGE)
		return -EFAULT;
	memcpy(to, (const void *)from, bytes);
	return 0;
}

int
host_copy_out(struct task *t, uint64_t to, const void *from, size_t bytes)
{
	if (to < UNIX_PAGE)
		return -EFAULT;
	memcpy((void *)to, from, bytes);
	return 0;
}

int64_t
host_copy_text(struct task *t, char *to, uint64_t from, size_t size)
{
	if (from < UNIX_PAGE)
		return -EFAULT;
	size_t length = strnlen((const char *)from, size);
	if (length == size)
		return -ENAMETOOLONG;
	memcpy(to, (const char *)from, length + 1);
	return (int64_t)length;
}

/* --- threads and waiting ----------------------------------------------------------------------------------------------------------- */

int
host_thread_create(struct task *t)
{
	t->host = (struct host_thread){ 0 };
	return 0;
}

void
host_thread_start(struct task *t, const struct task *from)
{
	t->host.started++;
}

void
host_thread_end(struct task *t)
{
	t->host.started = 0;
}

int
host_thread_move(struct task *t)
{
	t->host.moved++;
	return 0;
}

void
host_registers(struct task *t)
{
}

void
host_interrupt(struct task *t)
{
	t->host.interrupted++;
}

bool
host_block(struct task *t, uint64_t deadline)
{
	if (!locked)
		fail("a call waits without the lock");
	locked = false;
	if (!t->woken && fake_meanwhile)
		fake_meanwhile(t);
	locked = true;
	if (t->woken)
		return true;
	if (deadline == UNIX_NEVER)
		fail("a call waits for ever");
	fake_clock = deadline;
	return false;
}

void
host_wake(struct task *t)
{
}

/* --- devices ------------------------------------------------------------------------------------------------------------------------ */

uint64_t
host_clock(void)
{
	return fake_clock;
}

uint64_t
host_counter(uint64_t *start)
{
	*start = 0;
	return 0;
}

uint64_t
host_thread_time(const struct task *t)
{
	return t->host.time;
}

void
host_alarm(uint64_t deadline)
{
	fake_alarm = deadline;
}

int
host_direct(struct task *t, uint64_t address)
{
	return -EINVAL;
}

uint64_t
host_wall(void)
{
	return 1704067200ul * 1000000000;
}

void
host_random(void *to, size_t bytes)
{
	memset(to, 0x5a, bytes);
}

void
host_console_write(const char *text, size_t bytes)
{
	if (bytes > sizeof(fake_console) - fake_console_bytes)
		fail("the console is full");
	memcpy(fake_console + fake_console_bytes, text, bytes);
	fake_console_bytes += bytes;
}

void
host_log(const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(fake_log, sizeof(fake_log), format, arguments);
	va_end(arguments);
}
