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

/* --- in workers ------------------------------------------------------------------------------------------------------------ */

static uint64_t
slot_draw(struct random_worker *w)
{
	switch (random_below(w, 8)) {
	case 0:
		return FREE + random_below(w, SLOTS - FREE);
	case 1:
		return random_below(w, 2) ? 16383 + random_below(w, 3) : random_below(w, 16384);
	default:
		return OWN + random_below(w, LAST_USED - OWN);
	}
}

static uint64_t
address_draw(struct random_worker *w)
{
	const struct area *a = (const struct area *)w;
	uint64_t scratch = (uint64_t)&a->scratch;

	switch (random_below(w, 8)) {
	case 0:
		return scratch + random_below(w, sizeof(a->scratch));
	case 1:
		return USER_END - 4096ul * random_below(w, 3);
	case 2:
		return random_below(w, 3) * 4096ul;
	case 3:
	case 4:
		return EXTRA + 4096ul * random_below(w, 64);
	case 5:
		return EXTRA + (1ul << (12 + random_below(w, 34)));
	default:
		return scratch + 4096ul * random_below(w, SCRATCH);
	}
}

static uint64_t
space_draw(struct random_worker *w)
{
	return random_below(w, 3) ? slot_draw(w) : random_below(w, 4) ? SLOT_OWN : OWN + random_below(w, 3);
}

static uint64_t
thread_draw(struct random_worker *w)
{
	if (random_below(w, 16) == 0)
		return SLOT_OWN;
	return random_below(w, 3) ? T + random_below(w, TARGETS + 2) : slot_draw(w);
}

uint64_t
random_argument(struct random_worker *w, enum call_unit unit)
{
	switch (unit) {
	case UNIT_SLOT:
		return slot_draw(w);
	case UNIT_SPACE:
		return space_draw(w);
	case UNIT_THREAD:
		return thread_draw(w);
	case UNIT_ADDRESS:
		return address_draw(w);
	case UNIT_BYTES:
		return random_below(w, 2) * 241;	/* nothing on the console */
	case UNIT_RIGHTS:
		return random_below(w, 2) ? random_below(w, 8) : random_below(w, 2) ? random_below(w, 256) : RIGHTS_ALL;
	case UNIT_KIND:
		return random_below(w, 14);
	case UNIT_FLAGS:
		return random_below(w, 2) ? random_word(w) & REGISTERS_ALL : random_below(w, 8);
	case UNIT_COUNT:
		return random_below(w, 2) ? random_below(w, 5) : random_below(w, 300);
	default:
		return random_below(w, 2) ? random_below(w, 8) : random_edge(w);
	}
}

/* Who just received may have a caller: it is likely to reply. */
uint64_t
random_number(struct random_worker *w)
{
	bool received = w->current == CALL_IPC_RECEIVE || w->current == CALL_IPC_REPLY_WAIT;

	if (received && (uint32_t)w->left.rax == OK && random_below(w, 2))
		return CALL_IPC_REPLY;
	return random_below(w, RANDOM_CALLS);
}

/* Who could set a worker's registers, or answer its calls, would write down what it saw. */
bool
random_forbidden(uint64_t number, const struct random_registers *r)
{
	switch (number) {
	case CALL_THREAD_SELF:
		return true;
	case CALL_THREAD_PAGER:
	case CALL_THREAD_HANDLER:
	case CALL_THREAD_FOREIGN:
		return r->argument[0] == SLOT_OWN;
	default:
		return false;
	}
}

static void
items_draw(struct random_worker *w, struct utcb *u)
{
	for (int i = 0; i < IPC_ITEMS; i++)
		u->out[i] = (struct ipc_item){
			.kind = random_below(w, 7), .rights = random_below(w, 2) ? RIGHTS_ALL : random_below(w, 256),
			.from = random_below(w, 2) ? slot_draw(w) : address_draw(w),
			.size = random_below(w, 8) ? 12 + random_below(w, 3) : random_edge(w), .at = random_below(w, 4),
		};
	u->window = (struct ipc_window){
		.slot = random_below(w, 4) ? FREE + random_below(w, 8) : slot_draw(w), .slots = random_below(w, 10),
		.address = address_draw(w) & -4096ul, .size = random_below(w, 8) ? 12 + random_below(w, 4) : random_edge(w),
		.offset = random_below(w, 2) ? IPC_SENDER_CHOOSES : random_below(w, 3) * 4096ul,
	};
}

/* Of strings, most are short and there. */
static void
strings_draw(struct random_worker *w, struct utcb *u)
{
	u->transfer_time = random_below(w, 2) ? IPC_NEVER : IPC_TICKS(1 + random_below(w, 200), random_below(w, 6));
	for (int i = 0; i < IPC_STRINGS; i++) {
		u->string[i] = (struct ipc_string){ address_draw(w), random_below(w, 8) ? random_below(w, 9000) : random_edge(w) };
		u->buffer[i] = (struct ipc_string){ address_draw(w), random_below(w, 4) ? random_below(w, 9000) : random_edge(w) };
	}
}

static uint64_t
tag_draw(struct random_worker *w)
{
	switch (random_below(w, 8)) {
	case 0:
		return random_word(w) & 0xffff;
	case 1:
		return IPC_TAG_OF(random_below(w, 55), 0, 0);
	case 2:
		return IPC_TAG_OF(random_below(w, 55), random_below(w, 9), 0);
	case 3:
		return IPC_TAG_OF(0, random_below(w, 2), random_below(w, 5));
	default:
		return 0;
	}
}

static uint16_t
timeout_draw(struct random_worker *w)
{
	switch (random_below(w, 8)) {
	case 0:
		return IPC_NEVER;
	case 1:
	case 2:
		return IPC_TICKS(1 + random_below(w, 200), random_below(w, 6));
	case 3:
		return random_below(w, 64) ? IPC_AT_ONCE : random_word(w);
	default:
		return IPC_AT_ONCE;
	}
}

void
random_raw(struct random_worker *w, uint64_t number, struct random_registers *r)
{
	items_draw(w, (struct utcb *)UTCB);
	strings_draw(w, (struct utcb *)UTCB);
	r->rax = tag_draw(w) << IPC_TAG | (uint64_t)timeout_draw(w) << IPC_SEND_TIME | (uint64_t)timeout_draw(w) << IPC_RECEIVE_TIME;
	if (number == CALL_IPC_CALL)		/* with time for a reply */
		r->rax |= (uint64_t)IPC_TICKS(500, 5) << IPC_RECEIVE_TIME;
	r->argument[2] = random_below(w, WEAK) ? E + random_below(w, ENDPOINTS) : slot_draw(w);
	if (random_below(w, 8) == 0)
		r->argument[2] = slot_draw(w);
}

static void
work(unsigned long where)
{
	struct random_worker *w = (struct random_worker *)where;

	for (;;)
		random_step(w);
}

/* The bystander: what it has, it has for ever.  worker.calls counts its turns, stray_status what was wrong. */
static void
stand_by(unsigned long where)
{
	struct area *a = (struct area *)where;
	uint64_t badge;

	for (;; a->worker.calls++) {
		for (unsigned i = 0; i < sizeof(a->scratch); i += 8)
			if (*(uint64_t *)&a->scratch.bytes[i] != i * 0x9e3779b97f4a7c15)
				a->worker.stray_status = 1;
		if (call_cap_lookup(E, 7, RIGHT_SEND | RIGHT_RECEIVE, &badge) != OK || badge != 0)
			a->worker.stray_status = 2;
		for (unsigned slot = E + 1; slot < 64; slot++)
			if (call_cap_delete(slot) != ERR_NO_CAP)
				a->worker.stray_status = 3;
		if (ipc_signal(CALL_IPC_RECEIVE | (uint64_t)NAP << IPC_RECEIVE_TIME, E) != ERR_TIMEOUT)
			a->worker.stray_status = 4;
	}
}

/* Targets of control, without a UTCB: one answers as long as it is left alone, the other asks. */
static void
answering(__attribute__((unused)) unsigned long where)
{
	for (;;)
		ipc_signal(CALL_IPC_REPLY_WAIT, E);
}

static void
asking(__attribute__((unused)) unsigned long where)
{
	for (;;)
		ipc_signal(CALL_IPC_CALL, E + 1);
}

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
		call_cap_mint(e, space, e, (e - E) % 4 == i ? RIGHTS_ALL & ~RIGHT_SEND : RIGHTS_ALL, e % 2 ? i + 1 : 0);
	for (unsigned t = T; t < T + TARGETS; t++)
		call_cap_copy(t, space, t, RIGHTS_ALL);
	call_cap_copy(T, space, WEAK, RIGHT_SHARE);
	call_cap_copy(E, space, WEAK + 1, RIGHT_SHARE | RIGHT_RECEIVE);
	call_cap_copy(E + 1, space, WEAK + 2, RIGHT_SHARE | RIGHT_SEND);
}

/* Shared objects that somebody destroyed, again. */
static void
restock(void)
{
	uint64_t id;

	for (unsigned e = E; e < E + ENDPOINTS; e++)
		call_endpoint_create(e);
	for (unsigned t = T; t < T + TARGETS; t++)
		if (call_thread_create(SPACE + (t - T) % WORKERS, t, &id) == OK && t != T)
			call_thread_start(t, (uintptr_t)(t % 2 ? answering : asking), (uintptr_t)area[(t - T) % WORKERS].stack + 1024, 0);
	for (unsigned i = 0; i < WORKERS; i++)
		give(i);
}

static bool
is_there(unsigned long slot, unsigned kind)
{
	uint64_t badge;

	return call_cap_lookup(slot, kind, 0, &badge) == OK;
}

static void
worker_make(unsigned i)
{
	if (!is_there(SPACE + i, KIND_SPACE) && space_make(SPACE + i, &area[i]) != OK) {
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
	if (!is_there(THREAD + i, KIND_THREAD) && area[i].worker.current == CALL_THREAD_EXIT)
		random_note(CALL_THREAD_EXIT, OK);
	if (is_there(THREAD + i, KIND_THREAD) && times == 1) {
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
	while ((status = call_endpoint_create(COUNTED + count)) == OK)
		count++;
	note(ENDPOINT_CREATE, status);
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
	for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		must("object_destroy", call_object_destroy(all[i]));
}

static const struct random_exception exceptions[] = {
	{ "machine_exit", OK, "the test ends by it" },
	{ NULL },
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
	unsigned objects = objects_count(), frames = frames_count();

	scenarios();
	begin(seed);
	keep(calls);
	end();
	for (unsigned i = 0; i < WORKERS; i++)
		random_collect(&area[i].worker);
	printf("# %lu calls, %lu workers' lives, %lu looks; %u frames, %u objects; the bystander's %lu turns\n",
	       calls_made(), lives, naps, frames, objects, quiet.worker.calls);
	tap_ok(calls_made() >= calls, "all calls were made");
	tap_ok(random_report(exceptions), "each call gave every status of the table, and no other");
	tap_equal(quiet.worker.stray_status, 0);
	tap_ok(quiet.worker.calls > naps / 4, "the bystander ran");
	tap_equal(frames_count(), frames);
	tap_equal(objects_count(), objects);
	tap_done();
}
