/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel self-checks: built with -Dchecks=true.  The twin in core/check/off has no code. */
#pragma once

#include "core/panic.h"
#include "core/types.h"

struct object;
struct space;
struct thread;

/* Its row in core_options. */
#define CHECK_OPTION	{ "preempt", NULL, 1, 32, "steps after which a long operation is preempted, whether an interrupt waits or not" },

/* Takes the option: after options_check. */
void check_init(void);

/*
 * After each system call and fault: the invariants of what it touched, the current thread and each object that was named or made, for themselves; every
 * 500th also all that the current space and each that was named has; every 10,000th the full walk.
 */
void check_after_call(void);

/* The call names OBJECT, or makes it (a frame for KIND_FRAME); it has ended, and is not there to be looked at. */
void check_touch(u32 kind, const void *object);
void check_forget(const void *object);

/* Before the machine ends as a program wants it: everything. */
void check_at_end(void);

/* Everything: frames, pools, capabilities, mapping trees, ready structure, timeouts.  Panics with what is broken. */
void check_all(void);

#define check_that(condition) kassert(condition)

/*
 * Failure injection: the N-th allocation of frames or kernel memory from now on fails as if nothing were left; 0: none.  Tests
 * let every allocation of a workload fail once in turn.  Returns how many the last such order had left: 0 when it was carried
 * out.
 */
u64 check_fail_after(u64 n);

extern u64 check_fail_countdown;

/* Asked once at each point of allocation. */
static inline bool
check_fail_now(void)
{
	return check_fail_countdown && --check_fail_countdown == 0;
}

/* One is to fail, some time. */
static inline bool
check_fail_set(void)
{
	return check_fail_countdown;
}

/*
 * Forced preemption: after how many steps of a long operation the next look finds an interrupt waiting, whether there is one or not; 0: as it is.
 * Every call that can be preempted then is, and what it leaves behind for its second beginning is tried.
 */
extern u32 check_preempt_steps;

static inline u32
check_preempt(void)
{
	return check_preempt_steps;
}
