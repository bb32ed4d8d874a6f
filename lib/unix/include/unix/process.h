/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes and their tasks (threads), signals, groups and sessions: what files, memory and terminals see of them.
 *
 * A process is what Linux calls a thread group; its tasks share everything but registers, signal mask and thread pointer.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <unix/host.h>
#include <unix/limits.h>
#include <unix/wait.h>

struct files;			/* file.h: descriptors, working directory */
struct memory;			/* memory.h */
struct terminal;		/* terminal.h */

typedef uint64_t sigset;	/* bit n - 1: signal n */

struct signal_action {		/* as rt_sigaction has it */
	uint64_t handler, flags, restorer;
	sigset mask;
};

struct signal_info {		/* the first words of siginfo_t, as they are delivered */
	int32_t number, error, code;
	uint32_t pad;
	union {
		struct { int32_t pid; uint32_t uid; uint64_t value; } by;	/* kill, sigqueue; of SIGCHLD value is the status */
		struct { uint64_t address; } fault;
		struct { int32_t timer, overrun; uint64_t value; } timer;
	};
};

struct credentials {
	uint32_t uid, euid, suid, fsuid;
	uint32_t gid, egid, sgid, fsgid;
	uint32_t groups, group[GROUPS_LIMIT];
};

struct task {
	struct host_thread host;
	struct registers registers;	/* its program's, while it is in the core */
	uint32_t set;			/* REGISTERS_*: which the host sets when it goes on */
	uint32_t woken;			/* wait.h, host.h */
	struct process *process;
	int32_t tid;
	uint8_t state;			/* enum task_state */
	bool signalled;			/* a signal that is not masked waits, for it or its process */
	sigset mask, saved_mask;	/* saved: what sigsuspend, ppoll put aside, if mask_saved */
	bool mask_saved;
	sigset pending;
	struct signal_info info[SIGNALS];	/* of what is pending, one each */
	uint64_t stack_base, stack_bytes, stack_flags;	/* sigaltstack */
	uint64_t clear_tid;		/* address to clear and wake when it ends; 0: none */
	uint64_t robust_list;
	struct waiter waiter;		/* the first queue that it waits in; more: waiter.also */
	struct task *next;		/* of its process */
	struct task *hash_next;		/* by tid */
	uint64_t futex;			/* what it waits for: see futex.c */
	uint64_t futex_page;
	uint32_t futex_bits;
	char name[16];			/* as /proc shows it: the last part of the program's path */
};

enum task_state { TASK_NEW, TASK_RUNS, TASK_WAITS, TASK_STOPPED, TASK_ENDED };

struct process {
	int32_t pid;
	struct process *parent, *child, *sibling;	/* child: the youngest */
	struct process *next;				/* of all */
	struct task *task;				/* the first one, first */
	uint32_t tasks;
	struct memory *memory;
	struct files *files;
	struct credentials who;
	struct signal_action action[SIGNALS];
	sigset pending;
	struct signal_info info[SIGNALS];
	int32_t group, session;
	struct terminal *terminal;			/* controlling; NULL: none */
	bool ended, stopped, continued, execed, vforked;	/* vforked: its parent waits until it has memory of its own, or ends */
	int32_t status;					/* wait status, once it has ended or is stopped */
	int32_t exit_signal;
	struct wait_queue changes;			/* of its children, and vfork */
	uint64_t limit[LIMITS][2];			/* prlimit: soft, hard */
	uint64_t begun, alarm, alarm_interval;		/* clock; ITIMER_REAL, 0: off */
	uint32_t umask;
	int32_t dumpable;
	uint64_t arguments, arguments_end, environment_end;	/* addresses on its stack, for /proc */
};

#define TASK_HASH 1024

struct process_state {
	struct process *first;				/* the oldest; linked by next */
	struct task *hash[TASK_HASH];
	int32_t last_pid;
	uint32_t processes;
	uint64_t forks, boot;
	struct wait_queue futex[FUTEX_QUEUES];
	uint64_t not_served[512 / 64];			/* calls that were named in the log */
	uint64_t next_alarm;				/* the earliest, UNIX_NEVER: none */
};

struct process *process_find(int32_t pid);	/* also one that has ended and not been waited for */
struct task *task_find(int32_t tid);

/* Signals.  From the kernel of a terminal, a fault, a pipe: INFO says why. */
void signal_process(struct process *p, const struct signal_info *info);
void signal_task(struct task *t, const struct signal_info *info);
void signal_group(int32_t group, const struct signal_info *info);
static inline void signal_simple(struct process *p, int number) { signal_process(p, &(struct signal_info){ .number = number, .code = 128 }); }	/* SI_KERNEL */
bool signal_ignored(const struct task *t, int number);	/* or masked: a background process reading its terminal gets an error instead */
bool group_orphaned(int32_t group);

/* On the way back to the program.  CALL: the number of the call that T is in, which begins anew if its result is -ERESTARTSYS and the action wants it; -1: none. */
void signal_deliver(struct task *t, int64_t call);
void signal_fault(struct task *t, uint64_t address, int error);		/* memory_fault's */
void signal_exception(struct task *t, unsigned vector, uint64_t error);

/* Whether T's process may do what needs the superuser. */
static inline bool privileged(const struct task *t) { return t->process->who.euid == 0; }
