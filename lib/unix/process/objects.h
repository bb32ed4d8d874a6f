/* SPDX-License-Identifier: BSD-2-Clause */
/* Signals that wait, and timers; for this folder, and arena.c, which makes them. */
#pragma once

#include <stdint.h>
#include <unix/process.h>

struct signal_entry {
	struct signal_entry *next;
	struct signal_info info;
};

/* One of setitimer's, or of timer_create's. */
struct alarm {
	struct alarm *next_owned;
	struct alarm *next;		/* that runs, by deadline */
	struct process *process;
	uint64_t deadline;		/* of the clock; UNIX_NEVER: it does not run */
	uint64_t interval;
	uint64_t used;			/* one of the processor's time: how much of it its process will have had; `deadline' is when to look.  0: another */
	int32_t id;			/* ALARM_OF(which): setitimer's */
	int32_t clock;
	int32_t signal;			/* 0: none is sent */
	int32_t tid;			/* to this task; 0: to the process */
	int32_t overrun, told;		/* since the signal was queued; what the last delivered one says */
	uint64_t value;
};

#define ALARM_OF(which) (-1 - (which))
