/* SPDX-License-Identifier: BSD-2-Clause */
/* What the parts of l4's program for random system calls share: l4.c has the keeper, l4_worker.c the workers, l4_scenarios.c what chance does not reach. */
#pragma once

#include "random.h"
#include "tap.h"

#include <string.h>
#include <janus/registers.h>
#include <janus/slots.h>
#include <l4/kinds.h>
#include <l4/memory.h>
#include <l4/message.h>
#include <l4/stubs.h>
#include <l4/utcb.h>

#define WORKERS		3
#define TARGETS		4		/* threads to be controlled */
#define ENDPOINTS	4
#define NOTIFICATIONS	2
#define SLOTS		128		/* of a worker's table */
#define SCRATCH		8		/* pages */
#define NAP		IPC_TICKS(400, 10)
#define EXTRA		0x40000000ul	/* where a worker may map */
#define USER_END	0x800000000000ul
#define UTCB		(EXTRA - 4096)

extern const char __executable_start[], __etext[], _edata[];	/* of the linker */

/* What a worker's space has of its own, at the same address as here. */
struct area {
	struct random_worker worker;
	char pad[4096 - sizeof(struct random_worker) % 4096];
	char stack[4096];
	union {
		char bytes[SCRATCH * 4096];
		struct registers registers;	/* for thread_exchange: no program runs on with them */
	} scratch;
};
_Static_assert(sizeof(struct area) % 4096 == 0, "whole pages");

/* Slots of the keeper.  A worker has its own space at OWN, another's at OTHER, and the shared objects where the keeper has them. */
enum {
	SLEEP = 32, BYSTANDER, BYSTANDER_THREAD, BYSTANDER_ENDPOINT, COUNTER,
	SPACE = 40, THREAD = 44, OWN = 8, OTHER, OTHER_READ, MATE,
	E = 16, N = 20, T = 24, WEAK = 28, CONTEXT = 32, LAST_USED = 34, FREE = 64,
	KEEPERS_CONTEXT = 60,
};

/* Loops of threads: l4_worker.c. */
void work(unsigned long area);
void stand_by(unsigned long area);
void answering(unsigned long unused);
void asking(unsigned long unused);

void must(const char *what, enum status status);	/* or the test ends */

/* A space that has the program's text and constants, and AREA.  ERR_NO_FRAME: the workers have them all. */
enum status space_make(unsigned long space, const struct area *a);
void thread_make(unsigned long space, unsigned long thread, void (*entry)(unsigned long), const struct area *a, unsigned priority,
		 unsigned long utcb);	/* without a UTCB: 0; that it cannot be had is no matter */

#define COUNTED		1024		/* slots of the keeper from here on are for what comes and goes */
#define COUNTED_LIMIT	4200

/* Statuses of calls on the machine's devices, which are the keeper's alone; and of those that make objects, when the pool is empty. */
void devices(void);
void devices_without_memory(unsigned long slot);	/* from which on all are empty */
void devices_end(void);

/* Statuses that take a scenario: while there are no workers. */
void scenarios(void);
void messages(void);

#define note(call, status)	random_note(CALL_##call, (status))
