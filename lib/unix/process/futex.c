/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Futexes.  Who waits is in one of a few queues, by a hash of what the word is in and where; a task knows which word that was.  Words are compared under the lock, so that
 * nobody wakes between the comparison and the wait.
 *
 * A word is in a memory, unless the file that an area shows is shared: then it is in that, and so the same one for all who have mapped it.
 */
#include <errno.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "process/internal.h"

enum { WAIT, WAKE, FD, REQUEUE, CMP_REQUEUE, WAKE_OP, LOCK_PI, UNLOCK_PI, TRYLOCK_PI, WAIT_BITSET, WAKE_BITSET };
#define PRIVATE		128
#define CLOCK_WALL	256
#define ALL_BITS	UINT32_MAX

/* --- words -------------------------------------------------------------------------------------------------------------------------------- */

static int
key_of(struct task *t, uint64_t address, bool own, struct futex_key *key)
{
	struct memory *m = t->process->memory;
	struct area *a;

	if (address % sizeof(uint32_t))
		return -EINVAL;
	if (!memory_inside(address, sizeof(uint32_t)))
		return -EFAULT;
	*key = (struct futex_key){ (uint64_t)m, address };
	if (own)
		return 0;
	a = area_at(m, address);
	if (!a)
		return -EFAULT;
	if (a->sharing && a->node)
		*key = (struct futex_key){ (uint64_t)a->node, a->offset + (address - a->start) };
	return 0;
}

static struct wait_queue *
queue_of(const struct futex_key *key)
{
	uint64_t hash = (key->in >> 4) + (key->at >> 2) * 0x9e3779b97f4a7c15ul;

	return &shared->process.futex[hash >> 32 & (FUTEX_QUEUES - 1)];
}
_Static_assert(!(FUTEX_QUEUES & (FUTEX_QUEUES - 1)), "a power of two");

static bool
same(const struct futex_key *a, const struct futex_key *b)
{
	return a->in == b->in && a->at == b->at;
}

/* --- waking --------------------------------------------------------------------------------------------------------------------------------- */

static int64_t
wake(const struct futex_key *key, uint64_t most, uint32_t bits)
{
	struct waiter *w = queue_of(key)->first, *next;
	int64_t woken = 0;

	for (; w && (uint64_t)woken < most; w = next) {
		next = w->next;
		if (!same(&w->task->futex, key) || !(w->task->futex_bits & bits))
			continue;
		wait_wake_waiter(w);
		woken++;
	}
	return woken;
}

static int64_t
requeue(const struct futex_key *from, const struct futex_key *to, uint64_t most)
{
	struct waiter *w = queue_of(from)->first, *next;
	int64_t moved = 0;

	for (; w && (uint64_t)moved < most; w = next) {
		next = w->next;
		if (!same(&w->task->futex, from))
			continue;
		w->task->futex = *to;
		if (queue_of(to) != queue_of(from))
			wait_move(w, queue_of(to));
		moved++;
	}
	return moved;
}

/* --- waiting ---------------------------------------------------------------------------------------------------------------------------------- */

static int64_t
wait(struct task *t, uint64_t address, bool own, uint32_t value, uint64_t deadline, uint32_t bits)
{
	uint32_t now;
	int error = bits ? key_of(t, address, own, &t->futex) : -EINVAL;

	if (error)
		return error;
	if (host_copy_in(t, &now, address, sizeof(now)))
		return -EFAULT;
	if (now != value)
		return -EAGAIN;
	t->futex_bits = bits;
	error = wait_at(t, queue_of(&t->futex), deadline);
	return error == -ERESTARTSYS && deadline != UNIX_NEVER ? -ERESTARTNOHAND : error;
}

/* A time that has a place in the wait's: relative for WAIT, else absolute. */
static int
deadline_copy(struct task *t, uint64_t address, int operation, uint64_t *deadline)
{
	struct span time;

	*deadline = UNIX_NEVER;
	if (!address)
		return 0;
	if (host_copy_in(t, &time, address, sizeof(time)))
		return -EFAULT;
	if (!span_valid(&time))
		return -EINVAL;
	*deadline = time_deadline(&time, (operation & ~(PRIVATE | CLOCK_WALL)) == WAIT_BITSET, operation & CLOCK_WALL);
	return 0;
}

/* --- WAKE_OP ------------------------------------------------------------------------------------------------------------------------------------ */

enum { SET, ADD, OR, AND_NOT, XOR };
enum { EQUAL, NOT_EQUAL, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL };
#define SHIFT 8			/* the operand is a bit's number */

static int
change(int operation, int32_t old, int32_t operand, int32_t *new)
{
	switch (operation) {
	case SET: *new = operand; return 0;
	case ADD: *new = (int32_t)((uint32_t)old + (uint32_t)operand); return 0;
	case OR: *new = old | operand; return 0;
	case AND_NOT: *new = old & ~operand; return 0;
	case XOR: *new = old ^ operand; return 0;
	default: return -ENOSYS;
	}
}

static int
compare(int comparison, int32_t old, int32_t with)
{
	switch (comparison) {
	case EQUAL: return old == with;
	case NOT_EQUAL: return old != with;
	case LESS: return old < with;
	case LESS_EQUAL: return old <= with;
	case GREATER: return old > with;
	case GREATER_EQUAL: return old >= with;
	default: return -ENOSYS;
	}
}

/* Twelve bits with their sign. */
static int32_t
operand_of(uint32_t word)
{
	return (int32_t)(word << 20) >> 20;
}

static int64_t
wake_op(struct task *t, const struct futex_key key[2], uint64_t address, uint64_t wakes, uint64_t others, uint32_t code)
{
	int operation = code >> 28 & 7;
	int32_t operand = operand_of(code >> 12), old, new;

	if (code >> 28 & SHIFT)
		operand = (int32_t)(1u << (operand & 31));
	if (host_copy_in(t, &old, address, sizeof(old)))
		return -EFAULT;
	int error = change(operation, old, operand, &new);
	if (error)
		return error;
	if (host_copy_out(t, address, &new, sizeof(new)))
		return -EFAULT;
	int holds = compare(code >> 24 & 15, old, operand_of(code));
	if (holds < 0)
		return holds;
	int64_t woken = wake(&key[0], wakes, ALL_BITS);
	return holds ? woken + wake(&key[1], others, ALL_BITS) : woken;
}

/* --- the call --------------------------------------------------------------------------------------------------------------------------------------- */

static int64_t
wake_call(struct task *t, uint64_t address, bool own, uint64_t most, uint32_t bits)
{
	struct futex_key key;
	int error = bits ? key_of(t, address, own, &key) : -EINVAL;

	return error ? error : wake(&key, most, bits);
}

/* A number of tasks to wake is at least one, whatever it says. */
static uint64_t
at_least_one(uint64_t number)
{
	return (int32_t)number > 0 ? number : 1;
}

/* What has two words. */
static int64_t
pair_call(struct task *t, int operation, uint64_t address, uint64_t other, uint64_t wakes, uint64_t others, uint32_t value)
{
	bool own = operation & PRIVATE;
	struct futex_key key[2];
	uint32_t now;
	int error = key_of(t, address, own, &key[0]);

	if (!error)
		error = key_of(t, other, own, &key[1]);
	if (error)
		return error;
	if ((operation & ~PRIVATE) == WAKE_OP)
		return wake_op(t, key, other, at_least_one(wakes), at_least_one(others), value);
	if ((int64_t)wakes < 0 || (int64_t)others < 0)
		return -EINVAL;
	if ((operation & ~PRIVATE) == CMP_REQUEUE) {
		if (host_copy_in(t, &now, address, sizeof(now)))
			return -EFAULT;
		if (now != value)
			return -EAGAIN;
	}
	int64_t woken = wake(&key[0], wakes, ALL_BITS);
	return woken + requeue(&key[0], &key[1], others);
}

int64_t
unix_futex(struct task *t, uint64_t address, int operation, uint32_t value, uint64_t time, uint64_t other, uint32_t last)
{
	bool own = operation & PRIVATE;
	int command = operation & ~(PRIVATE | CLOCK_WALL);
	uint64_t deadline;
	int error;

	if ((operation & CLOCK_WALL) && command != WAIT_BITSET)
		return -ENOSYS;
	switch (command) {
	case WAIT: case WAIT_BITSET:
		error = deadline_copy(t, time, operation, &deadline);
		return error ? error : wait(t, address, own, value, deadline, command == WAIT ? ALL_BITS : last);
	case WAKE:
		return wake_call(t, address, own, at_least_one(value), ALL_BITS);
	case WAKE_BITSET:
		return wake_call(t, address, own, at_least_one(value), last);
	case REQUEUE: case CMP_REQUEUE: case WAKE_OP:
		return pair_call(t, operation, address, other, (uint64_t)(int32_t)value, (uint64_t)(int32_t)time, last);
	default:
		return -ENOSYS;
	}
}

/* --- when a task ends --------------------------------------------------------------------------------------------------------------------------------- */

#define ROBUST_LIMIT	2048
#define ROBUST_BYTES	24
enum { WAITERS = 1u << 31, OWNER_DIED = 1 << 30, OWNER = 0x3fffffff };

int64_t
unix_set_robust_list(struct task *t, uint64_t head, uint64_t bytes)
{
	if (bytes != ROBUST_BYTES)
		return -EINVAL;
	t->robust_list = head;
	return 0;
}

int64_t
unix_get_robust_list(struct task *t, int32_t tid, uint64_t head, uint64_t bytes)
{
	const struct task *of = tid ? task_find(tid) : t;
	uint64_t size = ROBUST_BYTES;

	if (!of)
		return -ESRCH;
	if (of->process->who.uid != t->process->who.euid && !privileged(t))
		return -EPERM;
	if (host_copy_out(t, bytes, &size, sizeof(size)) || host_copy_out(t, head, &of->robust_list, sizeof(of->robust_list)))
		return -EFAULT;
	return 0;
}

/* The lock at ADDRESS, if T has it, is nobody's, and who waits for it learns that. */
static void
lock_leave(struct task *t, uint64_t address, bool pending)
{
	struct futex_key key;
	uint32_t word;

	if (address % sizeof(word) || host_copy_in(t, &word, address, sizeof(word)))
		return;
	if (pending && !word && !key_of(t, address, false, &key))
		wake(&key, 1, ALL_BITS);
	if ((word & OWNER) != (uint32_t)t->tid)
		return;
	uint32_t left = (word & WAITERS) | OWNER_DIED;
	if (!host_copy_out(t, address, &left, sizeof(left)) && (word & WAITERS) && !key_of(t, address, false, &key))
		wake(&key, 1, ALL_BITS);
}

/* The list is a ring from its head; bit 0 marks locks of another kind, which are not served. */
static void
locks_leave(struct task *t)
{
	uint64_t head[3], entry;

	if (host_copy_in(t, head, t->robust_list, sizeof(head)))
		return;
	entry = head[0];
	for (unsigned i = 0; i < ROBUST_LIMIT && (entry & ~1ul) != t->robust_list; i++) {
		uint64_t next, at = entry & ~1ul;
		bool more = !host_copy_in(t, &next, at, sizeof(next));
		if (at != (head[2] & ~1ul))
			lock_leave(t, at + head[1], false);
		if (!more)
			return;
		entry = next;
	}
	if (head[2])
		lock_leave(t, (head[2] & ~1ul) + head[1], true);
}

void
task_release(struct task *t)
{
	struct futex_key key;
	uint32_t nobody = 0;

	if (t->robust_list)
		locks_leave(t);
	t->robust_list = 0;
	if (t->clear_tid && (t->process->tasks > 1 || t->process->memory->users > 1)
	    && !host_copy_out(t, t->clear_tid, &nobody, sizeof(nobody)) && !key_of(t, t->clear_tid, false, &key))
		wake(&key, 1, ALL_BITS);
	t->clear_tid = 0;
}
