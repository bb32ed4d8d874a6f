/* SPDX-License-Identifier: BSD-2-Clause */
/* Further environments of a row's program: they share its image, at the same addresses, and have no thread block. */
#pragma once

#include "bench.h"

#include <janus/kinds.h>
#include <janus/status.h>
#include <exo/slices.h>
#include <exo/stubs.h>

#define ENVIRONMENT_STACK	4096
#define ENVIRONMENT_SLICE	32	/* from its slot to that of its slice */
#define ENVIRONMENT_KMEM	64	/* pages: tables and records of the image */

extern char __executable_start[], _end[];

/* A space in slot SLOT with so many pages of kernel memory, in which BODY(ARGUMENT) will run on STACK when somebody yields to it. */
static inline void
environment_make(uint64_t slot, uint64_t kmem, char stack[ENVIRONMENT_STACK], void (*body)(uint64_t), uint64_t argument, uint64_t *name)
{
	uint64_t image = (uintptr_t)__executable_start & ~4095ul;
	uint64_t pages = ((uintptr_t)_end - image + 4095) / 4096;

	if (call_space_create(slot) || call_space_fund(slot, kmem) ||
	    call_space_share(slot, image, image, pages, RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE) ||
	    call_environment_create(slot, name) ||
	    call_environment_start(slot, (uintptr_t)body, (uintptr_t)stack + ENVIRONMENT_STACK - 8, argument))
		bench_fail("another environment cannot be started");
}

/* The same with a slice of its own. */
static inline void
environment_start(uint64_t slot, char stack[ENVIRONMENT_STACK], void (*body)(uint64_t), uint64_t argument, uint64_t *name)
{
	uint64_t payload, mac, position;

	environment_make(slot, ENVIRONMENT_KMEM, stack, body, argument, name);
	if (call_slice_alloc(SLICE_ANY, slot, slot + ENVIRONMENT_SLICE, &payload, &mac, &position))
		bench_fail("another environment gets no slice");
}
