/* SPDX-License-Identifier: BSD-2-Clause */
/* The loader: what a program is given, that what goes wrong leaves nothing behind, and that a library OS killed at any point returns everything. */
#include <string.h>
#include <exo/channel.h>
#include <exo/context.h>
#include <exo/entries.h>
#include <exo/twin.h>
#include <exo/wait.h>
#include <janus/slots.h>
#include "tap.h"

#define SLOT	5
#define POINTS	40		/* at which the library OS is killed */

#define word	((volatile uint64_t *)TWIN_SHARED)

static uint64_t
in_use(void)
{
	uint64_t allowance, given = 0, held = 0, kmem, kmem_free;

	call_holdings(SLOT_OWN, &allowance, &given, &held, &kmem, &kmem_free);
	return given + held;
}

/* The caller's own kernel memory that is not in use: what an environment took of it must come back too. */
static uint64_t
kmem_unused(void)
{
	uint64_t allowance, given, held, kmem, unused = 0;

	call_holdings(SLOT_OWN, &allowance, &given, &held, &kmem, &unused);
	return unused;
}

/* --- what goes wrong -------------------------------------------------------------------------------------------------- */

static struct elf_program own;

static enum status
loaded(const struct load *load)
{
	struct environment e = { .slot = SLOT };
	enum status status = environment_load(&e, load);

	if (!status)
		environment_end(&e);
	return status;
}

static void
test_errors(void)
{
	static char text[5000];
	static const char *const argument[] = { "name", text, NULL };
	struct load load = { .program = &own, .kmem = TWIN_KMEM, .argument = argument };
	uint64_t before;

	tap_status(loaded(&load), OK);		/* what is made once and stays is made now */
	before = in_use();
	tap_status(loaded(&load), OK);
	load.kmem = 3;
	tap_status(loaded(&load), ERR_NO_KMEM);
	load.kmem = 1ul << 40;
	tap_ok(loaded(&load) != OK, "more kernel memory than there is");
	load.kmem = TWIN_KMEM;
	load.allowance = 1ul << 40;
	tap_status(loaded(&load), ERR_LIMIT);
	load.allowance = 0;
	memset(text, 'x', sizeof(text) - 1);
	tap_status(loaded(&load), ERR_LIMIT);
	text[4000] = '\0';
	tap_status(loaded(&load), OK);
	tap_equal(in_use(), before);
	tap_status(call_space_create(SLOT), OK);
	tap_status(loaded(&load), ERR_EXISTS);
	tap_status(call_destroy(SLOT), OK);
	tap_equal(in_use(), before);
}

static void
test_settings(void)
{
	static const char *const setting[] = { "one=1", "on=2", "empty=", NULL };

	tap_ok(!strcmp(setting_find(setting, "one"), "1") && !strcmp(setting_find(setting, "on"), "2"), "settings are found by their whole name");
	tap_ok(!*setting_find(setting, "empty") && !setting_find(setting, "o"), "an empty one is one, a part of a name is none");
}

/* --- killed ------------------------------------------------------------------------------------------------------------ */

static void
ignores(struct context *c)
{
	c->area.rip += 2;
}

/* Takes of everything that there is, and says after each step how far it is. */
static void
greedy(uint64_t unused __attribute__((unused)))
{
	struct page_token page;
	uint64_t name, reason, child = 20;

	context_begin(ignores);
	word[0]++;
	entries_begin(ignores);
	word[0]++;
	call_entry(0x400000, &name);
	call_entry_queue(ENTRIES_MAX);
	word[0]++;
	for (uint64_t at = 0x200000000; at < 0x200020000; at += 4096) {
		if (!page_alloc(FRAME_ANY, 0, &page))
			call_bind(at, page.payload, page.mac, RIGHT_READ | RIGHT_WRITE);
		word[0]++;
		call_yield();
	}
	call_space_create(child);
	call_space_fund(child, 8);
	call_space_allow(child, 4);
	word[0]++;
	call_environment_create(child, &name);
	for (;;)
		call_wait(TWIN_SHARED + 8, 0, WAIT_FOREVER, &reason);
}

/* After so many steps of its; the most that it had taken then. */
static void
kill_after(uint64_t steps)
{
	struct environment e;

	word[0] = 0;
	tap_status(twin_load(&e, SLOT, 1), OK);
	environment_run(&e, (uintptr_t)greedy, 0);
	for (int turns = 0; turns < 200 && word[0] < steps; turns++)
		call_yield();
	environment_end(&e);
}

static void
test_killed(void)
{
	uint64_t before, unused, wrong = 0;

	tap_status(twin_shared(1), OK);
	kill_after(POINTS);
	before = in_use();
	unused = kmem_unused();
	for (uint64_t steps = 0; steps < POINTS; steps++) {
		kill_after(steps);
		wrong += in_use() != before || kmem_unused() != unused;
	}
	tap_equal(wrong, 0);
	tap_ok(word[0] >= 36, "the last one had gone all the way");
}

int
main(void)
{
	tap_status(program_own(&own), OK);
	test_errors();
	test_settings();
	test_killed();
	tap_done();
}
