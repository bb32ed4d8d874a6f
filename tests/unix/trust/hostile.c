/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A library OS that lies, dies or stalls: libos/unix, in which the linker has put these between the core and the host's operations on what is shared.  A task whose name is
 * "lie lock" does what is asked at its next lock, and then, before the call goes on, writes nonsense into what that operation is about; "die": its environment is stopped there
 * by the manager; "exit": its environment is no more; "stall": it stays there for ever.
 *
 * Begun for the n-th time by init, its first program gets the n-th of these names as its argument.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <exo/init.h>
#include <exo/stubs.h>
#include <janus/rt.h>
#include <unix/process.h>
#include <unix/shadow.h>
#include <unix/unix.h>
#include "domain.h"

#define NONSENSE	0x5a5a5a5a5a5a5a5aul	/* no address, and no number of anything */
#define LATER		4			/* frames that have wrong tokens */
#define DYING		"dying"			/* the manifest has deaths=dying */

enum mode { LIE, DIE, EXIT, STALL, MODES };
static const char *const mode_name[MODES] = { "lie", "die", "exit", "stall" };

/* --- lies ---------------------------------------------------------------------------------------------------------------------------------- */

static void lie_lock(struct task *t) { domain->holder = NONSENSE; }
static void lie_unlock(struct task *t) { domain->holder = own->number + 1; }
static void lie_shared_alloc(struct task *t) { domain->arena = domain->arena_end; }
static void lie_page_take(struct task *t) { domain->free = (page_t)NONSENSE; }
static void lie_page_give(struct task *t) { frame_of(domain->free)->next = domain->free; }
static void lie_block(struct task *t) { domain->sleeper = (struct task *)NONSENSE; }
static void lie_wake(struct task *t) { domain->first = (struct task *)NONSENSE; }
static void lie_thread_create(struct task *t) { domain->idle = (struct environment *)NONSENSE; }
static void lie_thread_start(struct task *t) { domain->last->host.next = domain->first; }
static void lie_thread_end(struct task *t) { domain->environment[own->number].tasks = 0; }
static void lie_alarm(struct task *t) { domain->clock_hz = 0; }
static void lie_map(struct task *t) { own->environment->space = (struct host_space *)NONSENSE; }
static void lie_unmap(struct task *t) { domain->runs = (struct environment *)NONSENSE; }
static void lie_protect(struct task *t) { domain->wanted = true, domain->spare = NONSENSE; }
static void lie_thread_move(struct task *t) { own->environment->chosen = (struct task *)NONSENSE; }
static void lie_copy_in(struct task *t) { domain->free_stack = NONSENSE; }
static void lie_copy_out(struct task *t) { domain->poor = own->number, domain->spare = 0, domain->given = (page_t)NONSENSE, domain->low = true; }
static void lie_copy_text(struct task *t) { domain->poor = NONSENSE, domain->token_pages = NONSENSE; }
static void lie_at(struct task *t) { t->process->memory->host.recent.window = (char *)NONSENSE; }

/* Tokens of frames that will be taken next. */
static void
lie_space_create(struct task *t)
{
	page_t page = domain->free;

	for (unsigned i = 0; i < LATER && page; i++, page = frame_of(page)->next)
		frame_of(page)->token.mac ^= 1;
}

/* Names: whoever is yielded to is another, or nobody. */
static void
lie_space_destroy(struct task *t)
{
	for (unsigned i = 1; i < ENVIRONMENTS; i++)
		domain->environment[i].name += 1;
}

/* --- operations ---------------------------------------------------------------------------------------------------------------------------- */

#define OPERATIONS(X) \
	X(lock) X(unlock) X(shared_alloc) X(page_take) X(page_give) X(block) X(wake) X(thread_create) X(thread_start) X(thread_end) X(alarm) X(map) X(unmap) X(protect) \
	X(space_create) X(space_destroy) X(thread_move) X(copy_in) X(copy_out) X(copy_text) X(at)

enum operation {
#define X(name) AT_##name,
	OPERATIONS(X)
#undef X
	OPERATION_COUNT
};

static const struct { const char *name; void (*lie)(struct task *t); } operation[OPERATION_COUNT] = {
#define X(name) { #name, lie_##name },
	OPERATIONS(X)
#undef X
};

/* A task's name has 15 characters: of the operation's, as many as there is room for. */
static void
name_make(char *to, enum mode mode, enum operation o)
{
	snprintf(to, TASK_NAME, "%s %s", mode_name[mode], operation[o].name);
}

static bool
is_named(const struct task *t, enum mode mode, enum operation o)
{
	size_t length = strlen(mode_name[mode]), rest = TASK_NAME - 2 - length;

	return !strncmp(t->name, mode_name[mode], length) && t->name[length] == ' ' && !strncmp(t->name + length + 1, operation[o].name, rest);
}

static void
act(struct task *t, enum mode mode, enum operation o)
{
	strcpy(t->name, mode == DIE ? DYING : "hostile");
	if (mode == LIE)
		operation[o].lie(t);
	else if (mode == EXIT)
		call_thread_exit();
	else
		while (mode == STALL || !own->environment->fallen)
			__asm__ volatile("pause" : : : "memory");
}

static void
at(enum operation o)
{
	struct task *t = own->task;

	for (enum mode mode = LIE; own->number != MANAGER && t && mode < MODES; mode++) {
		if (is_named(t, mode, o))
			act(t, mode, o);
	}
}

/* --- between ------------------------------------------------------------------------------------------------------------------------------- */

#define VOID(name, parameters, arguments) \
	void __real_host_##name parameters; \
	void __wrap_host_##name parameters; \
	void __wrap_host_##name parameters { __real_host_##name arguments; at(AT_##name); }
#define VALUE(type, name, parameters, arguments) \
	type __real_host_##name parameters; \
	type __wrap_host_##name parameters; \
	type __wrap_host_##name parameters { type value = __real_host_##name arguments; at(AT_##name); return value; }

VOID(lock, (struct task *t), (t))
VOID(unlock, (struct task *t), (t))
VALUE(void *, shared_alloc, (size_t bytes), (bytes))
VALUE(page_t, page_take, (void), ())
VOID(page_give, (page_t page), (page))
VALUE(bool, block, (struct task *t, uint64_t deadline), (t, deadline))
VOID(wake, (struct task *t), (t))
VALUE(int, thread_create, (struct task *t), (t))
VOID(thread_start, (struct task *t), (t))
VOID(thread_end, (struct task *t), (t))
VOID(alarm, (uint64_t deadline), (deadline))
VALUE(int, map, (struct host_space *s, const struct host_mapping *m, unsigned count), (s, m, count))
VOID(unmap, (struct host_space *s, uint64_t address, uint64_t pages), (s, address, pages))
VOID(protect, (struct host_space *s, uint64_t address, uint64_t pages, unsigned rights), (s, address, pages, rights))
VALUE(int, space_create, (struct host_space *s), (s))
VOID(space_destroy, (struct host_space *s), (s))
VALUE(int, thread_move, (struct task *t), (t))
VALUE(int, copy_in, (struct task *t, void *to, uint64_t from, size_t bytes), (t, to, from, bytes))
VALUE(int, copy_out, (struct task *t, uint64_t to, const void *from, size_t bytes), (t, to, from, bytes))
VALUE(int64_t, copy_text, (struct task *t, char *to, uint64_t from, size_t size), (t, to, from, size))
VALUE(void *, at, (struct task *t, uint64_t address, size_t bytes, unsigned rights), (t, address, bytes, rights))

/* --- which one it is ------------------------------------------------------------------------------------------------------------------------- */

int __real_unix_begin(const struct unix_boot *boot);
int __wrap_unix_begin(const struct unix_boot *boot);

int
__wrap_unix_begin(const struct unix_boot *boot)
{
	const char *begun = init_setting("begun");
	unsigned long n = begun ? strtoul(begun, NULL, 0) : 0;
	static char name[TASK_NAME];
	struct unix_boot with = *boot;
	const char *argument[] = { boot->argument[0], name, NULL };

	if (n == MODES * OPERATION_COUNT) {
		printf("hostile: all %lu\n", n);
		exit(EXIT_SUCCESS);
	}
	name_make(name, n % MODES, (enum operation)(n / MODES));
	with.argument = argument;
	return __real_unix_begin(&with);
}
