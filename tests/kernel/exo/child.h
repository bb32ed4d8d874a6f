/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Further environments of a test program: they share its image, at the same addresses.  They have no thread block (FS base 0), so they use
 * nothing of the C library: system calls and memory alone.
 */
#pragma once

#include <stdint.h>
#include <janus/kinds.h>
#include <janus/status.h>
#include <exo/slices.h>
#include <exo/stubs.h>

#define CHILD_STACK	4096
#define CHILD_KMEM	64		/* pages: tables and records of the image */
#define CHILD_SLICE	32		/* from its slot to that of its slice */
#define CHILD_ALLOWANCE	64		/* pages that it may hold */

extern char __executable_start[], _end[];

static inline uint64_t
child_image_pages(void)
{
	return ((uintptr_t)_end + 4095) / 4096 - (uintptr_t)__executable_start / 4096;
}

/* A space in slot SLOT, which is an environment that has not started. */
static inline unsigned
child_make(uint64_t slot, uint64_t *name)
{
	uint64_t image = (uintptr_t)__executable_start & ~4095ul;
	unsigned status = call_space_create(slot);

	if (!status)
		status = call_space_fund(slot, CHILD_KMEM);
	if (!status)
		status = call_space_share(slot, image, image, child_image_pages(), RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE);
	if (!status)
		status = call_space_allow(slot, CHILD_ALLOWANCE);
	return status ? status : call_environment_create(slot, name);
}

/* A position of the vector for it, which goes with it.  The slot is used where capabilities are in slots. */
static inline unsigned
child_slice(uint64_t slot)
{
	uint64_t payload, mac, position;

	return call_slice_alloc(SLICE_ANY, slot, slot + CHILD_SLICE, &payload, &mac, &position);
}

/* Start BODY(ARGUMENT) on STACK; it must not return. */
static inline unsigned
child_start(uint64_t slot, char stack[CHILD_STACK], void (*body)(uint64_t), uint64_t argument)
{
	unsigned status = call_environment_start(slot, (uintptr_t)body, (uintptr_t)stack + CHILD_STACK - 8, argument);

	return status ? status : child_slice(slot);
}
