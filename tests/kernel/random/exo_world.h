/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of exo's program for random system calls share: exo.c has the keeper, exo_worker.c the workers, exo_scenarios.c what chance does not reach. */
#pragma once

#include "random.h"
#include "tap.h"

#include <exo/stubs.h>
#include <janus/kinds.h>
#include <janus/slots.h>

#define WORKERS		3
#define TOKENS		24		/* that a worker remembers; the first are the keeper's gifts */
#define RESOURCES	4		/* a slice, a line, ports, device memory */
#define GIFTS		(2 * RESOURCES + 2)
#define NAMES		6
#define SCRATCH		8		/* pages */
#define USER_END	0x800000000000ul
#define EXTRA		0x100000000ul	/* where a worker may bind */

struct token { uint64_t payload, mac; };

/* What a worker's space has of its own: the keeper's pages, bound at AREA in it.  The scratch is last, and nothing is behind it. */
#define AREA		((struct area *)0x50000000ul)
struct area {
	struct random_worker worker;	/* what the engine has of it */
	uint64_t half, drawn;		/* the payload of this token was drawn last */
	uint64_t name[NAMES];		/* its own, the others', one of nobody */
	uint64_t begins;		/* times that it began or was entered */
	struct token token[TOKENS];
	char pad[8192 - (sizeof(struct random_worker) + 8 * (3 + NAMES) + sizeof(struct token) * TOKENS)];
	char stack[4096];
	char scratch[SCRATCH * 4096];
} __attribute__((aligned(4096)));
_Static_assert(sizeof(struct area) == (3 + SCRATCH) * 4096, "whole pages");

extern const char __executable_start[], __etext[], _edata[];	/* of the linker */

/* Slots of the keeper; of a worker's table those below WORKER_SLOTS are there. */
enum { SPACE = 8, BYSTANDER = 12, COUNTER, SCENE, SCENE_INNER, WEAKER, SLICE_OF = 24, GIFT = 32, SPARE = 48 };
#define WORKER_SLOTS	64
#define WORKER_GIFT	16
#define OWN		1		/* in a worker's table: its own space, another's */
#define OTHER		2

void work(uint64_t unused);		/* exo_worker.c: the loops of a worker and of the bystander */
void stand_by(uint64_t unused);
extern char worker_entered[], worker_upcall[];	/* a worker goes on here, whoever's registers it has */

void must(const char *what, enum status status);	/* or the test ends */

/* An environment in SLOT that has the program's text and constants, and A; it does not run.  ERR_NO_FRAME, ERR_LIMIT: there is no memory. */
enum status space_make(uint64_t slot, const struct area *a, uint64_t *name);
enum status space_run(uint64_t slot, void (*entry)(uint64_t), uint64_t slice);	/* with a slice, whose capability is in that slot */

void scenarios(void);
extern bool by_slot;			/* how capabilities are named: exo.caps */
#define note(call, status)	random_note(CALL_##call, (status))
