/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random system calls of l4: README.md.  Arguments: the seed, and how many calls.
 *
 *   first space            the keeper, on the highest priority: sleeps, then looks who is stuck or gone, and puts back what was destroyed
 *   three spaces           a worker each, on priorities of their own, with capabilities for themselves and for each other
 *   a bystander's space    shares no capability with them; checks over and over that nothing of it has changed
 *
 * Workers have CONTROL of threads that exist to be controlled, not of each other: registers of a worker that another one set would be
 * remembered as results.
 */
#include "l4_world.h"

static struct area area[WORKERS] __attribute__((aligned(4096)));
static struct area quiet __attribute__((aligned(4096)));
static uint64_t lives, naps;

/* --- the keeper ----------------------------------------------------------------------------------------------------------- */

void
must(const char *what, enum status status)
{
	if (status != OK) {
		printf("# %s: %s\n", what, status_name(status));
		tap_ok(false, "the keeper can set up what it needs");
		tap_done();
	}
}

static enum status
map_into(unsigned long space, const void *begin, const void *end, unsigned rights)
{
	uintptr_t from = (uintptr_t)begin & -4096ul, pages = ((uintptr_t)end - from + 4095) / 4096;

	return call_space_map(space, from, from, pages, rights);
}

enum status
space_make(unsigned long space, const struct area *a)
{
	must("space_create", call_space_create(space));
	if (call_space_donate(space, 16) || call_space_donate(space, 8))
		return ERR_NO_FRAME;
	must("space_prepare", call_space_prepare(space));
	must("cap_grow", call_cap_grow(space, 0));
	must("cap_grow", call_cap_grow(space, FREE));
	must("space_map", map_into(space, __executable_start, __etext, RIGHT_READ | RIGHT_EXECUTE));
	must("space_map", map_into(space, __etext + 4095, _edata, RIGHT_READ));
	must("space_map", map_into(space, a, a + 1, RIGHT_READ | RIGHT_WRITE));
	return OK;
}

void
thread_make(unsigned long space, unsigned long thread, void (*entry)(unsigned long), const struct area *a, unsigned priority,
	    unsigned long utcb)
{
	uint64_t id;

	must("thread_create", call_thread_create(space, thread, &id));
	if (utcb && call_thread_utcb(thread, utcb) != OK) {
		call_object_destroy(thread);
		return;
	}
	must("thread_priority", call_thread_priority(thread, priority));
	must("thread_start", call_thread_start(thread, (uintptr_t)entry, (uintptr_t)a->stack + sizeof(a->stack) - 8, (uintptr_t)a));
}

/* What may be there already, or may not be had at the moment, is left as it is. */
static void
give(unsigned i)
{
	unsigned long space = SPACE + i;

	call_cap_copy(space, space, OWN, RIGHTS_ALL);
	call_cap_copy(SPACE + (i + 1) % WORKERS, space, OTHER, RIGHTS_ALL & ~(i ? RIGHT_DESTROY : 0));
	call_cap_copy(SPACE + (i + 2) % WORKERS, space, OTHER_READ, RIGHT_READ);
	call_cap_copy(THREAD + (i + 1) % WORKERS, space, MATE, RIGHT_DESTROY | RIGHT_READ);
	for (unsigned e = E; e < E + ENDPOINTS; e++)
		call_cap_mint(e, space, e, ((e - E) % 4 == i ? RIGHTS_ALL & ~RIGHT_SEND : RIGHTS_ALL) & ~RIGHT_DESTROY, e % 2 ? i + 1 : 0);
	for (unsigned n = N; n < N + NOTIFICATIONS; n++)
		call_cap_copy(n, space, n, RIGHTS_ALL & ~RIGHT_DESTROY);
	for (unsigned t = T; t < T + TARGETS; t++)
		call_cap_copy(t, space, t, RIGHTS_ALL & ~RIGHT_DESTROY);
	call_cap_copy(KEEPERS_CONTEXT, space, CONTEXT, RIGHTS_ALL & ~RIGHT_DESTROY);
	call_cap_copy(KEEPERS_CONTEXT, space, CONTEXT + 1, RIGHT_SHARE);
	call_cap_copy(N, space, WEAK + 3, RIGHT_SHARE);
	call_cap_copy(T, space, WEAK, RIGHT_SHARE);
	call_cap_copy(E, space, WEAK + 1, RIGHT_SHARE | RIGHT_RECEIVE);
	call_cap_copy(E + 1, space, WEAK + 2, RIGHT_SHARE | RIGHT_SEND);
}

/* Shared objects that somebody destroyed, again. */
static void
restock(void)
{
	uint64_t id;

	call_context_create(KEEPERS_CONTEXT, 100000, 200000);
	for (unsigned e = E; e < E + ENDPOINTS; e++)
		call_endpoint_create(e);
	for (unsigned n = N; n < N + NOTIFICATIONS; n++)
		call_notification_create(n);
	for (unsigned t = T; t < T + TARGETS; t++)
		if (call_thread_create(SPACE + (t - T) % WORKERS, t, &id) == OK && t != T)
			call_thread_start(t, (uintptr_t)(t % 2 ? answering : asking), (uintptr_t)area[(t - T) % WORKERS].stack + 1024, 0);
	for (unsigned i = 0; i < WORKERS; i++)
		give(i);
}

static bool
is_there(unsigned long slot, unsigned kind, unsigned rights)
{
	uint64_t badge;

	return call_cap_lookup(slot, kind, rights, &badge) == OK;
}

/* A space that a worker has begun to destroy, and was ended before it had, leaves no right here but to go on with that. */
static enum status
worker_space(unsigned i)
{
	if (is_there(SPACE + i, KIND_SPACE, RIGHT_CONTROL))
		return OK;
	call_object_destroy(SPACE + i);
	return space_make(SPACE + i, &area[i]);
}

static void
worker_make(unsigned i)
{
	if (worker_space(i) != OK) {
		for (unsigned all = 0; all < WORKERS; all++)
			call_object_destroy(SPACE + all);
		return;
	}
	thread_make(SPACE + i, THREAD + i, work, &area[i], 100 + 20 * i, UTCB);
	lives++;
}

/* Worker I made no call since the last look: wake it up, the next time begin it anew, the third time its space as well. */
static void
revive(unsigned i, unsigned times)
{
	if (!is_there(THREAD + i, KIND_THREAD, 0) && area[i].worker.current == CALL_THREAD_EXIT)
		random_note(CALL_THREAD_EXIT, OK);
	if (is_there(THREAD + i, KIND_THREAD, 0) && times == 1) {
		call_thread_resume(THREAD + i);
		call_thread_cancel(THREAD + i);
		call_thread_priority(THREAD + i, 100 + 20 * i);
		return;
	}
	call_object_destroy(THREAD + i);
	if (times > 2)
		call_object_destroy(SPACE + i);
	worker_make(i);
}

static void
watch(unsigned i)
{
	static uint64_t calls[WORKERS];
	static unsigned times[WORKERS];

	if (calls[i] != area[i].worker.calls) {
		calls[i] = area[i].worker.calls;
		times[i] = 0;
	} else {
		revive(i, ++times[i]);
	}
}

static uint64_t
calls_made(void)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < WORKERS; i++)
		sum += area[i].worker.calls;
	return sum;
}

static void
keep(uint64_t calls)
{
	while (calls_made() < calls) {
		ipc_signal(CALL_IPC_RECEIVE | (uint64_t)NAP << IPC_RECEIVE_TIME, SLEEP);
		naps++;
		for (unsigned i = 0; i < WORKERS; i++)
			watch(i);
		if (naps % 16 == 0)
			restock();
		if (naps % 8 == 0)		/* workers must not: who dies half way through leaves what nobody can name */
			call_object_destroy(E + naps / 8 % (T + TARGETS - E));
		if (naps % 256 == 0)
			call_object_destroy(SPACE + naps / 256 % WORKERS);
	}
}

/* --- counts ---------------------------------------------------------------------------------------------------------------- */

/* Free pages of the machine: as many as a space can be given. */
static unsigned
frames_count(void)
{
	unsigned count = 0;

	must("space_create", call_space_create(COUNTER));
	enum status status;
	while ((status = call_space_donate(COUNTER, 1)) == OK)
		count++;
	note(SPACE_DONATE, status);
	must("object_destroy", call_object_destroy(COUNTER));
	return count;
}

/* Threads, which are a page each, and then endpoints in what is left, that this space's pool has room for. */
static unsigned
objects_count(void)
{
	enum status status;
	unsigned count = 0;
	uint64_t id;

	while ((status = call_thread_create(SLOT_OWN, COUNTED + count, &id)) == OK)
		count++;
	note(THREAD_CREATE, status);
	note(SPACE_CREATE, call_space_create(COUNTED + count));
	note(FRAME_TAKE, call_frame_take(FRAME_ANY, FRAME_4K, EXTRA << 8, RIGHT_READ, &id));
	while ((status = call_endpoint_create(COUNTED + count)) == OK)
		count++;
	note(ENDPOINT_CREATE, status);
	devices_without_memory(COUNTED + count);
	tap_ok(count < COUNTED_LIMIT, "the pool is counted to its end");
	for (unsigned i = 0; i < count; i++)
		must("object_destroy", call_object_destroy(COUNTED + i));
	return count;
}

/* --- all of it ------------------------------------------------------------------------------------------------------------- */

static void
begin(uint64_t seed)
{
	for (unsigned i = 0; i < WORKERS; i++) {
		area[i].worker.state = seed * 977 + i;
		memset(area[i].scratch.bytes, '\n', sizeof(area[i].scratch));
		worker_make(i);
	}
	restock();
	for (unsigned i = 0; i < sizeof(quiet.scratch); i += 8)
		*(uint64_t *)&quiet.scratch.bytes[i] = i * 0x9e3779b97f4a7c15;
	must("a space", space_make(BYSTANDER, &quiet));
	must("endpoint_create", call_endpoint_create(BYSTANDER_ENDPOINT));
	must("cap_copy", call_cap_copy(BYSTANDER_ENDPOINT, BYSTANDER, E, RIGHT_SEND | RIGHT_RECEIVE));
	thread_make(BYSTANDER, BYSTANDER_THREAD, stand_by, &quiet, 150, 0);
}

static void
end(void)
{
	static const unsigned all[] = { BYSTANDER_THREAD, BYSTANDER, BYSTANDER_ENDPOINT };

	for (unsigned t = T; t < T + TARGETS; t++)
		call_object_destroy(t);
	for (unsigned i = 0; i < WORKERS; i++) {
		call_object_destroy(THREAD + i);
		call_object_destroy(SPACE + i);
	}
	for (unsigned e = E; e < E + ENDPOINTS; e++)
		call_object_destroy(e);
	for (unsigned n = N; n < N + NOTIFICATIONS; n++)
		call_object_destroy(n);
	call_object_destroy(KEEPERS_CONTEXT);
	for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		must("object_destroy", call_object_destroy(all[i]));
}

static const struct random_exception exceptions[] = {
	{ "machine_exit", OK, "the test ends by it" },
	{ "space_create", ERR_LIMIT, "takes 32 spaces below each other, each with memory from the one above: tests/unit/test_space.c" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoul(argv[1], NULL, 0) : 1, calls = argc > 2 ? strtoul(argv[2], NULL, 0) : 1000;

	printf("# seed %lu, %lu calls\n", seed, calls);
	call_thread_priority(SLOT_OWN, 255);
	for (unsigned slot = 64; slot < COUNTED + COUNTED_LIMIT; slot += 64)
		must("cap_grow", call_cap_grow(SLOT_OWN, slot));
	must("endpoint_create", call_endpoint_create(SLEEP));
	objects_count();
	devices();
	objects_count();
	devices_end();
	scenarios();
	objects_count();		/* page tables that the scenarios left empty go with the pool's end */
	unsigned objects = objects_count(), frames = frames_count();

	begin(seed);
	keep(calls);
	end();
	for (unsigned i = 0; i < WORKERS; i++)
		random_collect(&area[i].worker);
	printf("# %lu calls, %lu workers' lives, %lu looks; %u frames, %u objects; the bystander's %lu turns\n",
	       calls_made(), lives, naps, frames, objects, quiet.worker.calls);
	tap_ok(calls_made() >= calls, "all calls were made");
	tap_ok(random_report(exceptions, NULL), "each call gave every status of the table, and no other");
	tap_equal(quiet.worker.stray_status, 0);
	tap_ok(quiet.worker.calls > naps / 4, "the bystander ran");
	tap_equal(frames_count(), frames);
	tap_equal(objects_count(), objects);
	tap_done();
}
