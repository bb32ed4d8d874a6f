/* SPDX-License-Identifier: BSD-2-Clause */
/* What the files of this folder have for each other. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <unix/process.h>

#define SECOND 1000000000ul		/* nanoseconds */

/* Of a set of signals. */
#define BIT(signal) (1ul << ((signal) - 1))

/* --- process.c: the table ------------------------------------------------------------------------------------------------------------ */

int32_t number_take(void);				/* for a task; 0: there is none */
struct process *process_create(struct process *parent);	/* without task, memory and files; NULL: no memory */
void process_free(struct process *p);			/* it has ended, or never begun: and its first task */
void process_adopt(struct process *p, struct process *parent);	/* NULL: nobody */
struct task *task_create(struct process *p, int32_t tid);	/* NULL: no memory */
void task_free(struct task *t);				/* it is in no list any more */
void task_leave(struct task *t);			/* its process's list */
void task_hash(struct task *t);
void task_unhash(struct task *t);

/* --- end.c ------------------------------------------------------------------------------------------------------------------------------ */

void process_leave(struct process *p, int32_t status);	/* its tasks are to end */
void task_end(struct task *t);				/* T does not go on; the last one ends its process */
int tasks_alone(struct task *t);			/* the others of its process end, and T has its number.  0; -EAGAIN: T is to end, too */
void vfork_release(struct process *p);			/* it has memory of its own, or none */
void task_release(struct task *t);			/* what its memory knows of it: clear_tid, robust futexes */

/* --- signal.c ----------------------------------------------------------------------------------------------------------------------------- */

bool action_ignores(const struct process *p, int number);	/* or does nothing by default */
void queue_empty(struct signal_queue *q, signal_set which);		/* takes and forgets */
void task_notice(struct task *t);			/* it is to come to signal_deliver */
void task_wake(struct task *t);				/* from task_park, or any other wait */
void task_park(struct task *t, enum task_state state, bool (*waits)(struct task *t));	/* as long as WAITS says, through signals, unless its process is leaving */
int signal_send(struct process *p, struct task *t, const struct signal_info *info);	/* T NULL: to all of P.  0; -EAGAIN: one of which each counts cannot be kept */
bool signal_own(struct task *t, const struct task *to, const struct signal_info *info);	/* by itself: taken without a queue, as the call ends.  False: it is to be sent */
void signal_force(struct task *t, int number, int code, uint64_t address);	/* deadly if it is masked or ignored */
void signal_parent(struct process *p, int code, int32_t status);	/* of a child: CLD_* */
void news_tell(struct process *p, int code, int32_t status);	/* of stopping and going on */

/* --- deliver.c ---------------------------------------------------------------------------------------------------------------------------- */

bool signal_at_once(struct task *t, const struct signal_info *info);	/* its handler begins, for what T itself did; false: there is none, or something else is to be looked at */

/* --- frame.c ------------------------------------------------------------------------------------------------------------------------------ */

void frame_begin(void);				/* once fpu_bytes is known */
int frame_put(struct task *t, const struct signal_action *a, const struct signal_info *info, signal_set mask);	/* 0 or -EFAULT */

/* --- children.c, limit.c ------------------------------------------------------------------------------------------------------------------- */

int usage_put(struct task *t, uint64_t to, uint64_t used, uint64_t pages);	/* struct rusage: 0 or -EFAULT */
void limits_begin(struct process *p);

/* --- signal_calls.c ----------------------------------------------------------------------------------------------------------------------- */

#define STACK_LEAST	2048
#define STACK_IN_USE	1u		/* SS_ONSTACK, SS_DISABLE, SS_AUTODISARM */
#define STACK_DISABLE	2u
#define STACK_ONCE	(1u << 31)

static inline bool				/* of its handlers */
task_on_stack(const struct task *t, uint64_t sp)
{
	return sp - t->stack_base - 1 < t->stack_bytes && !(t->stack_flags & STACK_ONCE);
}

/* --- exec.c ------------------------------------------------------------------------------------------------------------------------------- */

int exec_first(struct task *t, const char *const *argument, const char *const *environment);	/* lists of the core's own */

/* --- alarm.c ------------------------------------------------------------------------------------------------------------------------------ */

void alarms_end(struct process *p);			/* all of P's */
void alarms_exec(struct process *p);			/* timer_create's: setitimer's goes on */
void alarm_told(struct process *p, struct signal_info *info);	/* a signal of one is delivered: INFO says how many were missed */

/* --- time.c ------------------------------------------------------------------------------------------------------------------------------- */

struct span {				/* struct timespec, as programs have it */
	int64_t seconds, rest;
};
static inline bool span_valid(const struct span *s) { return s->seconds >= 0 && (uint64_t)s->rest < SECOND; }
static inline uint64_t				/* nanoseconds; UNIX_NEVER if there are too many */
span_value(const struct span *s)
{
	return (uint64_t)s->seconds < INT64_MAX / SECOND - 1 ? (uint64_t)s->seconds * SECOND + (uint64_t)s->rest : UNIX_NEVER;
}
static inline struct span span_of(uint64_t nanoseconds) { return (struct span){ (int64_t)(nanoseconds / SECOND), (int64_t)(nanoseconds % SECOND) }; }

uint64_t time_deadline(const struct span *s, bool absolute, bool wall);	/* of host_clock */
uint64_t time_used(const struct process *p);			/* the processor's, by all its tasks */

/* --- vdso.c ------------------------------------------------------------------------------------------------------------------------------- */

int vdso_begin(void);
int vdso_map(struct process *p);			/* into the memory that is to be its: 0 or -ENOMEM */
