/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of probe's program for random system calls share: probe.c has the keeper, probe_worker.c the workers. */
#pragma once

#include "random.h"
#include "tap.h"

#include <janus/kinds.h>
#include <janus/slots.h>
#include <probe/own.h>
#include <probe/stubs.h>

#define WORKERS		3
#define TOKENS		8		/* that a worker remembers */
#define FRAMES		8		/* physical addresses that it does */
#define SCRATCH		8		/* pages */
#define USER_END	0x800000000000ul
#define EXTRA		0x100000000ul	/* where a worker may map */
#define PRIORITY	100		/* of workers and what they make; the keeper is above them all */

struct token { uint64_t payload, mac; };

/* What a worker's space has of its own: the keeper's pages, mapped at AREA in it.  The scratch is last, and nothing is behind it. */
#define AREA		((struct area *)0x50000000ul)
struct area {
	struct random_worker worker;	/* what the engine has of it */
	uint64_t half, drawn;		/* the payload of this token was drawn last */
	uint64_t begins;		/* times that it began, or faulted and went on */
	struct token token[TOKENS];
	uint64_t frame[FRAMES];
	char pad[8192 - (sizeof(struct random_worker) + 8 * (3 + FRAMES) + sizeof(struct token) * TOKENS)];
	char stack[4096];
	char scratch[SCRATCH * 4096];
} __attribute__((aligned(4096)));
_Static_assert(sizeof(struct area) == (3 + SCRATCH) * 4096, "whole pages");

extern const char __executable_start[], __etext[], _edata[];	/* of the linker */

/* Slots of a worker's table: its own space, another's, its thread, and what all share; these once more, to be shared and no more. */
enum { OWN = 1, OTHER, SELF, LINE, PORTS, DEVICE, FRAME, WEAKER = 4 };
#define WORKER_SLOTS	64

void work(uint64_t unused);		/* probe_worker.c: the loops of a worker and of the bystander */
void stand_by(uint64_t unused);
