/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The ready structure: 256 levels of circular lists and a two-level bitmap; every operation is constant-time.  Mechanism
 * only: who is put in, when and at which end is the personality's policy.
 */
#pragma once

#include "core/types.h"

#define READY_LEVELS 256

struct thread;

struct ready {
	struct thread *head[READY_LEVELS];
	u64 levels[READY_LEVELS / 64];	/* bit set: the level is not empty */
	u64 summary;			/* bit set: that word of levels is not 0 */
};

void ready_insert_tail(struct ready *r, struct thread *t);
void ready_insert_head(struct ready *r, struct thread *t);
void ready_remove(struct ready *r, struct thread *t);		/* must be in */
struct thread *ready_first(const struct ready *r);		/* highest level, head; NULL when empty */
void ready_rotate(struct ready *r, unsigned level);		/* head becomes tail */
void ready_check(const struct ready *r);
