/* SPDX-License-Identifier: BSD-2-Clause */
/* Rows of exo with a second environment, and many that sleep. */
#pragma once

#include "bench.h"
#include "environment.h"

#include <exo/wait.h>
#include <exo/yield.h>
#include <janus/slots.h>

#define PARTNER_SLOT	9
#define SLEEPER_SLOT	64		/* and on */
#define SLEEPER_KMEM	20		/* pages: it needs no more than its tables and the records of the image */
#define SLEEPERS	1000

static char partner_stack[ENVIRONMENT_STACK] __attribute__((aligned(16)));
static uint64_t partner_name, own_name;

static inline void
partner_start(void (*body)(uint64_t))
{
	if (call_entry(0, &own_name))
		bench_fail("no name");
	environment_start(PARTNER_SLOT, partner_stack, body, 0, &partner_name);
	call_yield();
}

/* --- sleepers: each at a word of its own, with a deadline that is later than anything that is measured ---------------------- */

static char sleeper_stack[ENVIRONMENT_STACK] __attribute__((aligned(16)));	/* of all: each is done with it before the next begins */
static uint64_t sleeper_word[SLEEPERS];
static volatile uint64_t sleepers;

static inline void
sleeper_body(uint64_t which)
{
	uint64_t why;

	sleepers++;
	call_wait((uintptr_t)&sleeper_word[which], 0, (1ul << 60) + which, &why);
	__builtin_trap();
}

static inline void
sleepers_start(uint64_t count)
{
	uint64_t name;

	if (call_space_fund(SLOT_OWN, count))
		bench_fail("no memory for spaces");
	for (uint64_t i = 0; i < count; i++) {
		uint64_t slot = SLEEPER_SLOT + i;

		if (slot % 64 == 0 && call_cap_grow(SLOT_OWN, slot))
			bench_fail("no memory for slots");
		environment_make(slot, SLEEPER_KMEM, sleeper_stack, sleeper_body, i, &name);
		yield_to(name);
	}
	if (sleepers != count)
		bench_fail("a sleeper does not sleep");
}
