/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A stride scheduler (Waldspurger and Weihl, 1995) as an ordinary program: an environment that has slices and gives each to a client by yield_to.
 * Clients have no slices of their own.  A client with twice the tickets has twice the turns: its pass, which grows by its stride at each turn, is
 * the least twice as often.
 */
#pragma once

#include <stdint.h>
#include <janus/status.h>

#define STRIDE_CLIENTS	16
#define STRIDE_ONE	(1ul << 20)	/* the stride of one ticket */

struct stride_client {
	uint64_t name, stride, pass;
	uint64_t turns;			/* slices that it was given */
};

struct stride {
	struct stride_client client[STRIDE_CLIENTS];
	unsigned clients;
};

/* One more, from the present pass on; ERR_BAD_VALUE: no tickets, or more than STRIDE_ONE; ERR_LIMIT. */
enum status stride_add(struct stride *s, uint64_t name, uint64_t tickets);

/* The client whose turn it is, and its turn is counted; NULL: there is none. */
struct stride_client *stride_next(struct stride *s);

/*
 * Give what is left of the caller's slice to the client whose turn it is.  One that cannot run, because it waits, loses its turn to the next;
 * one that is gone is forgotten.  ERR_NOT_FOUND: nobody can run.
 */
enum status stride_turn(struct stride *s);
