/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Slots of capabilities, by a map of those that are taken, and the environment: strings NAME=SLOT behind the argument vector, as whoever started
 * the program put them there.  Slot 0 is never given, so that 0 means none.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <janus/rt.h>
#include <janus/slots.h>
#include <l4/stubs.h>
#include <l4/thread.h>

#define SLOTS	16384		/* that a table can have */
#define WORD	64

static uint64_t taken[SLOTS / WORD];
static uint64_t first_free;		/* 0: not yet known */
static unsigned first_word;		/* those before it are full */

/* Behind all that the environment names. */
static uint64_t
environment_end(void)
{
	uint64_t end = 1;

	for (const char *const *e = rt_environment; e && *e; e++) {
		const char *value = strchr(*e, '=');
		uint64_t slot = value ? strtoul(value + 1, NULL, 10) : 0;
		if (slot >= end)
			end = slot + 1;
	}
	return end;
}

static void
slot_mark(uint64_t slot)
{
	taken[slot / WORD] |= 1ul << slot % WORD;
}

uint64_t
slot_take(void)
{
	if (!first_free) {
		first_free = environment_end();
		for (uint64_t slot = 0; slot < first_free && slot < SLOTS; slot++)
			slot_mark(slot);
	}
	while (first_word < SLOTS / WORD && taken[first_word] == ~0ul)
		first_word++;
	if (first_word == SLOTS / WORD)
		return 0;
	uint64_t slot = first_word * WORD + __builtin_ctzl(~taken[first_word]);
	if (call_cap_grow(SLOT_OWN, slot))
		return 0;
	slot_mark(slot);
	return slot;
}

void
slot_give(uint64_t slot)
{
	if (!slot)
		return;
	call_cap_delete(slot);
	taken[slot / WORD] &= ~(1ul << slot % WORD);
	if (slot / WORD < first_word)
		first_word = slot / WORD;
}

/* The slot of the first entry that begins with PREFIX, and has the slot right behind it when WHOLE. */
static uint64_t
entry_slot(const char *prefix, bool whole)
{
	size_t length = strlen(prefix);

	for (const char *const *e = rt_environment; e && *e; e++) {
		const char *value = strchr(*e, '=');
		if (value && !strncmp(*e, prefix, length) && (!whole || value == *e + length))
			return strtoul(value + 1, NULL, 10);
	}
	return 0;
}

uint64_t
environment_slot(const char *name)
{
	return entry_slot(name, true);
}

uint64_t
environment_service(void)
{
	return entry_slot("serve.", false);
}
