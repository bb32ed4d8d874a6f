/* SPDX-License-Identifier: BSD-2-Clause */
/* Kernel self-checks: built with -Dchecks=true.  The twin in core/check/off has no code. */
#pragma once

#include "core/panic.h"

struct object;
struct space;
struct thread;

/* After each system call and fault: the invariants of what it touched (the current thread, its space); every 10,000th the full walk. */
void check_after_call(void);

/* Everything: frames, pools, capabilities, mapping trees, ready structure, timeouts.  Panics with what is broken. */
void check_all(void);

#define check(condition) kassert(condition)
