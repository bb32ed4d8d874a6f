/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random system calls of probe: README.md.  Arguments: the seed, and how many calls.
 *
 *   first space      the keeper: sleeps, then looks who is stuck or gone, and makes it anew
 *   three spaces     a worker each, with capabilities to its own space and to another's; allocations fail when they like
 *   a bystander      shares nothing with them; checks over and over that nothing of it has changed
 */
#include "probe_world.h"

#define NAP	1000000ul		/* ticks */
#define POOL	40			/* pages of the keeper's that a space is given */

/* Slots of the keeper. */
enum { SPACE = 8, THREAD = 16, PAGE = 24, GIFT = 32 };	/* a gift: as in a worker's table */

static struct area area[WORKERS + 1];	/* the bystander's last */
static uint64_t pool[WORKERS + 1][POOL], lives, naps;

static void
must(const char *what, enum status status)
{
	if (status == OK)
		return;
	printf("# %s: %s\n", what, status_name(status));
	tap_ok(false, "the keeper can set up what it needs");
	tap_done();
}

/* --- spaces ----------------------------------------------------------------------------------------------------------------- */

/* The pages that the space before it had are the keeper's again. */
static enum status
fund(unsigned i)
{
	enum status status = OK;

	for (unsigned n = 0; n < POOL && !status; n++) {
		status = call_frame_own(pool[i][n], PAGE);
		if (!status)
			status = call_kmem_donate(PAGE, SPACE + i);
	}
	return status;
}

static enum status
share(unsigned i, const void *to, const void *begin, const void *end, unsigned rights)
{
	uint64_t from = (uintptr_t)begin & -4096ul, pages = ((uintptr_t)end - from + 4095) / 4096, done;

	return call_map_range(0, from, SPACE + i, to ? (uintptr_t)to : from, pages, rights, &done);
}

static enum status
space_make(unsigned i)
{
	uint64_t id;
	enum status status = call_space_create(SPACE + i, &id);

	if (!status)
		status = fund(i);
	if (!status)
		status = call_space_prepare(SPACE + i);
	if (!status)
		status = share(i, NULL, __executable_start, __etext, RIGHT_READ | RIGHT_EXECUTE);
	if (!status)
		status = share(i, NULL, __etext + 4095, _edata, RIGHT_READ);
	return status ? status : share(i, AREA, &area[i], &area[i + 1], RIGHT_READ | RIGHT_WRITE);
}

static enum status
run(unsigned i, void (*entry)(uint64_t))
{
	uint64_t id;
	enum status status = call_thread_create(SPACE + i, 0, THREAD + i, &id);

	if (!status)
		status = call_thread_priority(THREAD + i, PRIORITY);
	return status ? status : call_thread_start(THREAD + i, (uintptr_t)entry, (uintptr_t)AREA->scratch - 8, 0);
}

/*
 * What workers share: a line, ports, device memory, a page.  What one of them destroyed is made anew.  The page stays the
 * keeper's: who donates it would give it to him for good.
 */
static void
gifts_make(void)
{
	uint64_t address;

	call_irq_create(5, 0, GIFT + LINE);
	call_ports_create(0x80, 1, GIFT + PORTS);
	call_device_create(0xfed00000, 1, GIFT + DEVICE);
	call_frame_alloc(0, GIFT + FRAME, &address);
}

static void
give(unsigned i)
{
	unsigned other = SPACE + (i + 1) % WORKERS;

	call_cap_copy(SPACE + i, SPACE + i, OWN, RIGHTS_ALL);
	call_cap_copy(other, SPACE + i, OTHER, RIGHTS_ALL & ~RIGHT_DESTROY);
	call_cap_copy(THREAD + i, SPACE + i, SELF, RIGHT_SHARE);
	for (unsigned slot = LINE; slot <= FRAME; slot++) {
		call_cap_copy(GIFT + slot, SPACE + i, slot, slot == FRAME ? RIGHTS_ALL & ~RIGHT_DESTROY : RIGHTS_ALL);
		call_cap_copy(GIFT + slot, SPACE + i, slot + WEAKER, RIGHT_SHARE);
	}
}

static void
end(unsigned i)
{
	call_object_destroy(THREAD + i);
	call_object_destroy(SPACE + i);
}

static void
worker_make(unsigned i)
{
	end(i);
	must("a worker's space", space_make(i));
	must("a worker", run(i, work));
	gifts_make();
	for (unsigned n = 0; n < WORKERS; n++)
		give(n);
	lives++;
}

/* --- the keeper -------------------------------------------------------------------------------------------------------------- */

/* Worker I made no call since the last look. */
static void
watch(unsigned i)
{
	static uint64_t calls[WORKERS];
	static unsigned times[WORKERS];
	struct random_worker *w = &area[i].worker;

	call_thread_priority(THREAD + i, PRIORITY);
	times[i] = calls[i] == w->calls ? times[i] + 1 : 0;
	calls[i] = w->calls;
	if (times[i] < 3)
		return;
	if (w->current == CALL_THREAD_EXIT)
		random_note(CALL_THREAD_EXIT, OK);
	times[i] = 0;
	worker_make(i);
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
	uint64_t left;

	while (calls_made() < calls) {
		must("sleep", call_sleep(NAP));
		call_fail_after(0, &left);
		naps++;
		for (unsigned i = 0; i < WORKERS; i++)
			watch(i);
		if (naps % 64 == 0)
			worker_make(naps / 64 % WORKERS);	/* wherever it is */
	}
}

static void
begin(uint64_t seed)
{
	char *quiet = area[WORKERS].scratch;

	for (unsigned i = 0; i < WORKERS; i++) {
		area[i].worker.state = seed * 977 + i;
		worker_make(i);
	}
	for (unsigned i = 0; i < sizeof(area[0].scratch); i += 8)
		*(uint64_t *)&quiet[i] = i * 0x9e3779b97f4a7c15;
	must("the bystander's space", space_make(WORKERS));
	must("the bystander", run(WORKERS, stand_by));
}

static void
all_end(void)
{
	for (unsigned i = 0; i <= WORKERS; i++)
		end(i);
	for (unsigned slot = LINE; slot <= DEVICE; slot++)
		call_object_destroy(GIFT + slot);
	call_frame_free(GIFT + FRAME);
}

static void
pools_make(void)
{
	uint64_t own;

	for (unsigned n = 0; n < 64; n++) {
		must("a page", call_frame_alloc(0, PAGE, &own));
		must("kernel memory", call_kmem_donate(PAGE, SLOT_OWN));
	}
	for (unsigned i = 0; i <= WORKERS; i++) {
		for (unsigned n = 0; n < POOL; n++) {
			must("a page", call_frame_alloc(0, PAGE, &pool[i][n]));
			call_cap_delete(PAGE);
		}
	}
}

/* --- counts ------------------------------------------------------------------------------------------------------------------ */

struct left { uint64_t free, pages, unused, held; };

static struct left
left_now(void)
{
	uint64_t failures;
	struct left l;

	call_frame_count(2, &l.free);
	call_kmem_info(SLOT_OWN, &l.pages, &l.unused, &failures, &l.held);
	return l;
}

int
main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoul(argv[1], NULL, 0) : 1, calls = argc > 2 ? strtoul(argv[2], NULL, 0) : 1000;

	printf("# seed %lu, %lu calls\n", seed, calls);
	pools_make();
	call_thread_priority(SLOT_OWN, 255);
	begin(seed);		/* once before it is counted: tables of the keeper's own space stay */
	all_end();
	struct left before = left_now();
	begin(seed);
	keep(calls);
	all_end();
	for (unsigned i = 0; i < WORKERS; i++)
		random_collect(&area[i].worker);
	struct left after = left_now();
	printf("# %lu calls, %lu workers' lives, %lu looks; the bystander's %lu turns\n", calls_made(), lives, naps, area[WORKERS].worker.calls);
	tap_ok(calls_made() >= calls, "all calls were made");
	tap_ok(random_report(NULL, NULL), "no call gave a status that its row does not have");
	tap_equal(area[WORKERS].worker.stray_status, 0);
	tap_ok(area[WORKERS].worker.calls > naps, "the bystander ran");
	tap_equal(after.free, before.free);
	tap_equal(after.pages, before.pages);
	tap_equal(after.unused, before.unused);
	tap_equal(after.held, before.held);
	tap_done();
}
