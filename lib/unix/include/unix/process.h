/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Processes and their tasks (threads), signals, groups and sessions: what files, memory and terminals see of them.
 *
 * A process is what Linux calls a thread group; its tasks share everything but registers, signal mask and thread pointer.  Its first task stays until the process has
 * been waited for, so that its number finds the process.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unix/host.h>
#include <unix/limits.h>
#include <unix/wait.h>

struct files;			/* file.h: descriptors, working directory */
struct memory;			/* memory.h */
struct node;
struct signal_entry;		/* process/objects.h */
struct terminal;		/* terminal.h */
struct alarm;			/* process/objects.h */

typedef uint64_t signal_set;	/* bit n - 1: signal n */

struct signal_action {		/* as rt_sigaction has it */
	uint64_t handler, flags, restorer;
	signal_set mask;
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

/* What has been sent and not taken. */
struct signal_queue {
	signal_set set;
	struct signal_entry *first;	/* in the order they came; a signal without one has no more to say than its number */
};

struct credentials {
	uint32_t uid, euid, suid, fsuid;
	uint32_t gid, egid, sgid, fsgid;
	uint32_t groups, group[GROUPS_LIMIT];
};

/* The words that find a futex: a memory and an address, or a file and a place in it. */
struct futex_key {
	uint64_t in, at;
};

#define TASK_NAME 16

struct task {
	struct task *next;		/* of its process; the first word, so that one that was freed in its own call is otherwise whole until that is over */
	struct host_thread host;
	struct registers registers;	/* its program's, while it is in the core */
	uint32_t set;			/* REGISTERS_*: which the host sets when it goes on */
	uint32_t woken;			/* wait.h, host.h */
	struct process *process;
	int32_t tid;
	uint8_t state;			/* enum task_state */
	bool inside;			/* in a call, fault or interruption, and not only about to be */
	bool signalled;			/* something waits for signal_deliver */
	bool mask_saved;
	signal_set mask, saved_mask;	/* saved: what sigsuspend, ppoll put aside, if mask_saved */
	struct signal_info forced;	/* by a fault of its own: delivered before all that is pending; number 0: none */
	struct signal_queue pending;
	signal_set awaited;			/* by sigtimedwait, though masked */
	uint64_t stack_base, stack_bytes;	/* sigaltstack */
	uint32_t stack_flags;
	int32_t death_signal;		/* PR_SET_PDEATHSIG */
	uint64_t fault_vector, fault_error, fault_address;	/* the last one's, as signal frames show it */
	uint64_t clear_tid;		/* address to clear and wake when it ends; 0: none */
	uint64_t robust_list;
	uint64_t sleep_until;		/* for restart_syscall */
	uint64_t sleep_rest;		/* the address that is told what is left */
	struct waiter waiter;		/* the first queue that it waits in; more: waiter.also */
	struct wait_queue alone;	/* nobody wakes it: for waits that only time or a signal ends */
	struct task *hash_next;		/* by tid */
	struct futex_key futex;		/* what it waits for, and for which of its bits */
	uint32_t futex_bits;
	char name[TASK_NAME];		/* as /proc shows it: the last part of the program's path */
	struct process *vforked;		/* it waits until that has memory of its own, or ends: its vforker is this task */
};

enum task_state { TASK_NEW, TASK_RUNS, TASK_WAITS, TASK_STOPPED, TASK_ENDED };

struct process {
	int32_t pid;
	struct process *parent;				/* NULL: nobody waits for it */
	struct process *child, *last_child;		/* the oldest, the youngest */
	struct process *sibling, *elder;		/* the next younger, the next older */
	struct process *next, *previous;		/* of all */
	struct task *task;				/* the first one, first */
	uint32_t tasks;					/* that have not ended */
	struct memory *memory;				/* NULL: it has ended */
	struct files *files;				/* NULL: it has ended */
	struct credentials who;
	struct signal_action action[SIGNALS];
	struct signal_queue pending;
	int32_t group, session;
	struct terminal *terminal;			/* controlling; NULL: none */
	bool leaving;					/* exit_group, a deadly signal: its tasks end as soon as they are in the core */
	bool ended, stopped, continued;			/* what wait has not told yet is in `news' */
	bool news;
	bool execed, subreaper;
	int32_t status;					/* wait status: once it is leaving, or is stopped */
	int32_t exit_signal;
	struct task *vforker;				/* waits until it has memory of its own, or ends; of its parent, or with CLONE_PARENT of a sibling */
	struct task *sole;				/* executes a program, for which the other tasks end; NULL: none */
	struct wait_queue changes;			/* of its children, its tasks, and vfork */
	uint64_t limit[LIMITS][2];			/* prlimit: soft, hard */
	uint64_t begun;					/* clock */
	uint64_t time_ended, time_children;		/* the processor's: of tasks that have ended; of children that were waited for */
	struct alarm *alarm;				/* all that it has */
	uint32_t umask;
	uint32_t personality;
	int32_t dumpable;
	int8_t nice;
	bool no_new_privileges;
	uint64_t vdso;					/* where it is */
	uint64_t arguments, arguments_end, environment_end;	/* addresses on its stack, for /proc */
};

#define TASK_HASH 1024

struct process_state {
	struct process *first, *last;			/* the oldest, the youngest */
	struct task *hash[TASK_HASH];
	int32_t last_pid;
	bool numbers_again;				/* they began anew: one of a group without its leader is not given */
	uint32_t processes, tasks;
	uint32_t stopped;				/* processes that are, and have not ended */
	uint64_t forks;
	struct wait_queue futex[FUTEX_QUEUES];
	struct node *vdso;				/* its data page, then its code */
	uint64_t fpu_bytes, frame_flags;		/* of a signal frame */
	uint64_t signal_enter;				/* in the vDSO: where handlers begin */
	struct alarm *alarms;				/* that run, the next one first */
	uint64_t not_served[512 / 64];			/* calls that were named in the log */
	int32_t first_pid, first_status;		/* the first process's; -1: it runs */
	char host_name[65], domain_name[65];
	_Alignas(8) char path[PATH_LIMIT], text[PATH_LIMIT];	/* of execve, while it has the lock; program headers, too */
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

/* For a call that waits with another mask (ppoll, sigsuspend): until it is over, or the handler of the signal that ended it is. */
void signal_mask_put(struct task *t, signal_set mask);
void signal_mask_back(struct task *t);		/* the call ends otherwise: unless its result is one of ERESTART* */

/* On the way back to the program.  CALL: the number of the call that T is in, which begins anew if its result, in rax, is one of ERESTART* and the action wants it; -1: none. */
void signal_deliver(struct task *t, int64_t call);
void signal_fault(struct task *t, uint64_t address, unsigned access, int error);	/* memory_fault's */
bool signal_denied(struct task *t, uint64_t address, unsigned access);	/* of a page that is there; false: it is to be signal_fault, not all is as usual */
void signal_exception(struct task *t, unsigned vector, uint64_t error);

/* For calls that take signals without a handler, and say in t->awaited which, while they wait. */
bool signal_take(struct task *t, signal_set which, struct signal_info *info);	/* the next one of T's and its process's; false: none */
static inline signal_set signals_pending(const struct task *t) { return t->pending.set | t->process->pending.set; }
static inline bool					/* t->signalled anew: the mask or the queues have changed */
signal_look(struct task *t)
{
	const struct process *p = t->process;

	return t->signalled = p->leaving || p->stopped || t->forced.number || (p->sole && p->sole != t) || ((t->pending.set | p->pending.set) & ~t->mask);
}

/* The wait is over, with this ERROR: it was not interrupted if nothing is to be delivered. */
static inline int
signal_awaited(struct task *t, int error)
{
	t->awaited = 0;
	return signal_look(t) || error != -ERESTARTSYS ? error : 0;
}

/* What becomes of a call that a signal interrupts, besides ERESTARTSYS and ERESTARTNOHAND of wait.h: the first begins anew if SA_RESTART says so, the second if there is no handler. */
#define ERESTARTNOINTR		513	/* always */
#define ERESTART_RESTARTBLOCK	516	/* if there is no handler, and as restart_syscall */

/* A call's result that says what becomes of it. */
static inline bool
restarts(int64_t result)
{
	return (uint64_t)result + ERESTART_RESTARTBLOCK <= ERESTART_RESTARTBLOCK - ERESTARTSYS;
}

/* Whether T's process may do what needs the superuser. */
static inline bool privileged(const struct task *t) { return t->process->who.euid == 0; }
