/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random system calls, for any personality: README.md.
 *
 * The calls, what they take and what they may answer are the generated rows of the personality's table (<p/rows.h>): a call that is added
 * there is made here from then on, and fails the test until it was seen to succeed and to give each of its errors.
 *
 * A worker's code writes to its own struct random_worker and to its stack alone, so that it runs in any space that has those.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include RANDOM_ROWS			/* <p/rows.h> */

#define RANDOM_CALLS	(sizeof(call_rows) / sizeof(call_rows[0]))

struct random_registers {
	uint64_t rax, argument[6];	/* rdi rsi rdx r10 r8 r9 */
	uint64_t rbx, rbp, r12, r13, r14, r15;
};

struct random_worker {
	uint64_t state;			/* of the generator */
	uint64_t calls;			/* begun so far; over all lives of this worker */
	uint64_t current;		/* number of the call that it is in */
	uint32_t seen[RANDOM_CALLS];	/* bit 1 << s: it gave the status s */
	struct random_registers stray;	/* the first that gave what its row does not have: as it was made, rax the number */
	uint64_t stray_status;		/* 0: none did */
	struct random_registers made, left;
};

/* A call with these registers; afterwards they are as it left them. */
void random_syscall(struct random_registers *r);

static inline uint64_t
random_word(struct random_worker *w)
{
	w->state = w->state * 6364136223846793005 + 1442695040888963407;
	return w->state >> 11 ^ w->state << 43;
}

static inline unsigned
random_below(struct random_worker *w, unsigned limit)
{
	w->state = w->state * 6364136223846793005 + 1442695040888963407;
	return (w->state >> 33) % limit;
}

/* A word that is likely to be on the edge of something. */
static inline uint64_t
random_edge(struct random_worker *w)
{
	uint64_t edge = 1ul << random_below(w, 64);

	switch (random_below(w, 6)) {
	case 0:
		return edge;
	case 1:
		return edge - 1;
	case 2:
		return -edge;
	case 3:
		return random_below(w, 64);
	case 4:
		return ~0ul - random_below(w, 8);
	default:
		return random_word(w);
	}
}

/*
 * What the personality's program provides.  All run in the worker.
 * random_number: which call is to be next; one in 64 has a number that is none, whatever this says.
 * random_argument: a value for an argument of this unit, of an object in the worker's reach more often than not.
 * random_raw: all registers but rax's number, for a call that takes registers in its own way; its status is in the low half of rax.
 * random_forbidden: this call would make what is remembered of this worker worthless: another is drawn.
 */
uint64_t random_number(struct random_worker *w);
uint64_t random_argument(struct random_worker *w, enum call_unit unit);
void random_raw(struct random_worker *w, uint64_t number, struct random_registers *r);
bool random_forbidden(uint64_t number, const struct random_registers *r);

/* Make one random call and remember what it gave. */
void random_step(struct random_worker *w);

/* Make this call with these registers instead, and remember; for statuses that take a scenario.  Returns the status. */
unsigned random_directed(struct random_worker *w, uint64_t number, struct random_registers *r);

/* A status that the test does not ask for, of a call or of any (RANDOM_ANY), and why it cannot be had: the list ends with a call's name NULL. */
#define RANDOM_ANY	"any call"
struct random_exception {
	const char *call;
	unsigned status;
	const char *why;
};

/*
 * What one worker saw goes into the sum; what was seen otherwise is added by random_note; and the report: prints each call with the statuses
 * it gave, true when nothing that the table has is missing and nothing was seen that it has not.
 * Without exceptions (NULL) nothing is missing; MORE (NULL: none) is a second list of them.
 */
void random_collect(struct random_worker *w);
void random_note(uint64_t number, unsigned status);	/* in the program's first thread */
bool random_report(const struct random_exception *exceptions, const struct random_exception *more);
