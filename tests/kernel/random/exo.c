/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random system calls of exo: README.md.  Arguments: the seed, and how many calls.
 *
 *   first environment      the keeper: sleeps, then looks who is stuck or gone, and makes it anew
 *   three environments     a worker each, with capabilities to its own space and to another's, to pages, a slice, a line, ports and device memory
 *   a bystander            shares nothing with them; checks over and over that nothing of it has changed
 */
#include "exo_world.h"

#include <string.h>
#include <exo/frames.h>
#include <exo/slices.h>

static struct area area[WORKERS], quiet;
static uint64_t name[WORKERS], quiet_name, lives, naps;
static struct token resource[RESOURCES], page;

bool by_slot;

#define NAP	1000000ul		/* ticks */

void
must(const char *what, enum status status)
{
	if (status != OK) {
		printf("# %s: %s\n", what, status_name(status));
		tap_ok(false, "the keeper can set up what it needs");
		tap_done();
	}
}

/* --- environments --------------------------------------------------------------------------------------------------------- */

static enum status
share(uint64_t slot, uint64_t to, const void *begin, const void *end, unsigned rights)
{
	uint64_t from = (uintptr_t)begin & -4096ul, pages = ((uintptr_t)end - from + 4095) / 4096;

	return call_space_share(slot, to ? to : from, from, pages, rights);
}

enum status
space_make(uint64_t slot, const struct area *a, uint64_t *out)
{
	enum status status = call_space_create(slot);

	if (!status)
		status = call_space_fund(slot, 40);
	if (!status)
		status = share(slot, 0, __executable_start, __etext, RIGHT_READ | RIGHT_EXECUTE);
	if (!status)
		status = share(slot, 0, __etext + 4095, _edata, RIGHT_READ);
	if (!status)
		status = share(slot, (uintptr_t)AREA, a, a + 1, RIGHT_READ | RIGHT_WRITE);
	if (!status)
		status = call_environment_create(slot, out);
	if (!status)
		status = call_space_allow(slot, 64);
	return status;
}

enum status
space_run(uint64_t slot, void (*entry)(uint64_t), uint64_t slice)
{
	uint64_t payload, mac, position;
	enum status status = call_environment_start(slot, (uintptr_t)entry, (uintptr_t)AREA->scratch - 8, 0);

	return status ? status : call_slice_alloc(SLICE_ANY, slot, slice, &payload, &mac, &position);
}

/* Tokens that the keeper's own calls give; what somebody freed is made anew. */
static void
gifts_make(void)
{
	uint64_t position, ready, charged, forfeited, ticks;

	if (call_slice_read(200, &position, &position, &ready, &charged, &forfeited, &ticks))
		call_slice_alloc(200, SLOT_OWN, GIFT, &resource[0].payload, &resource[0].mac, &position);
	call_irq_create(5, 0, GIFT + 1, &resource[1].payload, &resource[1].mac);
	call_ports_create(0x80, 1, GIFT + 2, &resource[2].payload, &resource[2].mac);
	call_device_create(0xfed00000, 1, GIFT + 3, &resource[3].payload, &resource[3].mac);
	if (!page.payload)
		must("a page", call_frame_alloc(FRAME_ANY, 0, GIFT + 4, &page.payload, &page.mac));
}

/* Worker I's own capabilities to them: each resource with all rights and with none, the page with all but one and to be read. */
static void
gifts_give(unsigned i)
{
	struct token *t = area[i].token;

	for (unsigned n = 0; n < 2 * RESOURCES; n++, t++)
		call_resource_derive(resource[n / 2].payload, resource[n / 2].mac, n % 2 ? 0 : RIGHTS_ALL, SPACE + i, WORKER_GIFT + n, &t->payload, &t->mac);
	for (unsigned n = 2 * RESOURCES; n < GIFTS; n++, t++)
		call_frame_derive(page.payload, page.mac, n % 2 ? RIGHT_READ : RIGHTS_ALL & ~RIGHT_DESTROY, SPACE + i, WORKER_GIFT + n, &t->payload, &t->mac);
}

static void
worker_give(unsigned i)
{
	gifts_give(i);
	for (unsigned n = 0; n < WORKERS; n++)
		area[i].name[n] = name[(i + n) % WORKERS];
	area[i].name[WORKERS] = quiet_name + (1ul << 40);
	call_cap_copy(SPACE + i, SPACE + i, OWN, RIGHTS_ALL);
	call_cap_copy(SPACE + (i + 1) % WORKERS, SPACE + i, OTHER, RIGHTS_ALL & ~RIGHT_DESTROY);
	call_cap_copy(SPACE + (i + 1) % WORKERS, SPACE + i, OTHER + 1, RIGHT_SHARE);
}

/* Another worker may destroy it meanwhile: then it is made at the next look. */
static void
worker_make(unsigned i)
{
	call_destroy(SPACE + i);
	if (space_make(SPACE + i, &area[i], &name[i]))
		return;
	gifts_make();
	for (unsigned n = 0; n < WORKERS; n++)
		worker_give(n);
	lives += space_run(SPACE + i, work, SLICE_OF + i) == OK;
}

/* Worker I made no call since the last look, or is not to be found. */
static void
watch(unsigned i)
{
	static uint64_t calls[WORKERS];
	static unsigned times[WORKERS];

	times[i] = calls[i] == area[i].worker.calls ? times[i] + 1 : 0;
	calls[i] = area[i].worker.calls;
	if (times[i] < 2)
		return;
	if (area[i].worker.current == CALL_THREAD_EXIT)
		note(THREAD_EXIT, OK);
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
	uint64_t why;

	while (calls_made() < calls) {
		call_wait(0, 0, __builtin_ia32_rdtsc() + NAP, &why);
		naps++;
		for (unsigned i = 0; i < WORKERS; i++)
			watch(i);
		if (naps % 64 == 0)
			worker_make(naps / 64 % WORKERS);	/* wherever it is */
	}
}

/* --- counts ---------------------------------------------------------------------------------------------------------------- */

struct left {
	uint64_t held, given, kmem_free, slices;
};

static struct left
left_now(void)
{
	uint64_t allowance, kmem, at, owner, ready, charged, forfeited, ticks;
	struct left l = { 0 };

	call_holdings(SLOT_OWN, &allowance, &l.given, &l.held, &kmem, &l.kmem_free);
	for (uint64_t position = 0; !call_slice_read(position, &at, &owner, &ready, &charged, &forfeited, &ticks); position = at + 1)
		l.slices++;
	return l;
}

static void
begin(uint64_t seed)
{
	for (unsigned i = 0; i < WORKERS; i++)
		area[i].worker.state = seed * 977 + i;
	for (unsigned i = 0; i < WORKERS; i++)
		worker_make(i);
	for (unsigned i = 0; i < sizeof(quiet.scratch); i += 8)
		*(uint64_t *)&quiet.scratch[i] = i * 0x9e3779b97f4a7c15;
	must("the bystander's space", space_make(BYSTANDER, &quiet, &quiet_name));
	must("the bystander", space_run(BYSTANDER, stand_by, SLICE_OF + WORKERS));
}

static void
end(void)
{
	for (unsigned i = 0; i < WORKERS; i++)
		call_destroy(SPACE + i);
	must("destroy", call_destroy(BYSTANDER));
	for (unsigned i = 0; i < RESOURCES; i++)
		call_resource_free(resource[i].payload, resource[i].mac);
	call_frame_free(page.payload, page.mac);
	page.payload = 0;
}

static const struct random_exception exceptions[] = {
	{ "machine_exit", OK, "the test ends by it" },
	{ "space_create", ERR_LIMIT, "spaces below spaces to their limit: tests/unit" },
	{ "environment_create", ERR_LIMIT, "as many as a space may have of the names: tests/kernel/exo/authority.c" },
	{ "space_fund", ERR_NO_FRAME, "all allowances are parts of the memory that is free" },
	{ "space_fund", ERR_WRONG_STATE, "caught while it dies" },
	{ "environment_create", ERR_WRONG_STATE, "caught while it dies" },
	{ "slice_alloc", ERR_WRONG_STATE, "caught while it dies" },
	{ "space_demand", ERR_WRONG_STATE, "caught while it dies, and of the first, to which there is no capability" },
	{ 0 },
};

/* Where capabilities are tokens. */
static const struct random_exception exceptions_sealed[] = {
	{ "frame_alloc", ERR_NO_CAP, "only where capabilities are in slots" },
	{ "frame_alloc", ERR_EXISTS, "only where capabilities are in slots" },
	{ "frame_derive", ERR_NO_CAP, "only where capabilities are in slots" },
	{ "frame_derive", ERR_EXISTS, "only where capabilities are in slots" },
	{ "frame_free", ERR_NO_CAP, "only where capabilities are in slots" },
	{ "frame_revoke", ERR_NO_CAP, "only where capabilities are in slots" },
	{ "bind", ERR_NO_CAP, "only where capabilities are in slots" },
	{ "slice_name", ERR_NO_CAP, "only where capabilities are in slots" },
	{ "slice_name", ERR_EXISTS, "only where capabilities are in slots" },
	{ "slice_give", ERR_NO_CAP, "only where capabilities are in slots" },
	{ "irq_create", ERR_NO_CAP, "only where capabilities are in slots" },
	{ "irq_attach", ERR_NO_CAP, "only where capabilities are in slots" },
	{ "irq_acknowledge", ERR_NO_CAP, "only where capabilities are in slots" },
	{ "device_create", ERR_NO_CAP, "only where capabilities are in slots" },
	{ "device_bind", ERR_NO_CAP, "only where capabilities are in slots" },
	{ "ports_create", ERR_NO_CAP, "only where capabilities are in slots" },
	{ "port_in", ERR_NO_CAP, "only where capabilities are in slots" },
	{ "port_out", ERR_NO_CAP, "only where capabilities are in slots" },
	{ "resource_free", ERR_NO_CAP, "only where capabilities are in slots" },
	{ "resource_derive", ERR_NO_CAP, "only where capabilities are in slots" },
	{ "resource_derive", ERR_EXISTS, "only where capabilities are in slots" },
	{ 0 },
};

static const struct random_exception exceptions_slot[] = {
	{ RANDOM_ANY, ERR_BAD_TOKEN, "only where capabilities are tokens" },
	{ 0 },
};

int
main(int argc, char **argv)
{
	uint64_t seed = argc > 1 ? strtoul(argv[1], NULL, 0) : 1, calls = argc > 2 ? strtoul(argv[2], NULL, 0) : 1000;

	printf("# seed %lu, %lu calls\n", seed, calls);
	must("kernel memory", call_space_fund(SLOT_OWN, 64));
	must("a page", call_frame_alloc(FRAME_ANY, 0, SPARE, &page.payload, &page.mac));
	by_slot = page.mac == 0;
	must("it freed", call_frame_free(page.payload, page.mac));
	page.payload = 0;
	scenarios();
	begin(seed);		/* once before it is counted: tables of the keeper's own space stay */
	end();
	struct left before = left_now();
	begin(seed);
	keep(calls);
	end();
	for (unsigned i = 0; i < WORKERS; i++)
		random_collect(&area[i].worker);
	struct left after = left_now();
	printf("# %lu calls, %lu workers' lives, %lu looks; the bystander's %lu turns\n", calls_made(), lives, naps, quiet.worker.calls);
	tap_ok(calls_made() >= calls, "all calls were made");
	tap_ok(random_report(exceptions, by_slot ? exceptions_slot : exceptions_sealed), "each call gave every status of the table, and no other");
	tap_equal(quiet.worker.stray_status, 0);
	tap_ok(quiet.worker.calls > naps / 4, "the bystander ran");
	tap_equal(after.held, before.held);
	tap_equal(after.given, before.given);
	tap_equal(after.kmem_free, before.kmem_free);
	tap_equal(after.slices, before.slices);
	tap_done();
}
