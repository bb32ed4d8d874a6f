/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a host enters: <unix/unix.h>. */
#include <errno.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include <unix/unix.h>

/* Named once: a program that needs it is known, and one that asks again and again does not fill the log. */
static int64_t
not_served(struct task *t, uint64_t number)
{
	uint64_t *named = shared->process.not_served;
	uint64_t known = number < UNIX_CALLS ? number : UNIX_CALLS - 1;

	if (!(named[known / 64] & 1ul << known % 64)) {
		named[known / 64] |= 1ul << known % 64;
		host_log("%s: system call %lu is not served", t->name, number);
	}
	return -ENOSYS;
}

void
unix_call(struct task *t)
{
	int64_t call = -1;

	host_lock(t);
	t->set = REGISTERS_RAX;
	t->inside = true;
	uint64_t number = t->registers.rax;
	const struct unix_row *row = number < UNIX_CALLS ? &unix_rows[number] : NULL;
	int64_t result = row && row->serve ? row->serve(t) : not_served(t, number);
	if (__builtin_expect(t->set == REGISTERS_RAX, true)) {
		call = (int64_t)t->registers.rax;
		t->registers.rax = (uint64_t)result;
	}
	if (t->signalled || restarts(result))
		signal_deliver(t, call);
	t->inside = false;
	host_unlock(t);
}

/* What no area allows is a signal; what memory is short of, too: the program cannot go on. */
static __attribute__((noinline)) void
fault_serve(struct task *t, uint64_t address, unsigned access)
{
	int error = memory_fault(t->process, address, access);

	if (error)
		signal_fault(t, address, access, error);
	if (t->signalled)
		signal_deliver(t, -1);
}

/* A handler for what a page that is there is not allowed begins in one piece: such faults are how programs learn what is touched. */
__attribute__((flatten)) void
unix_fault(struct task *t, uint64_t address, unsigned access, bool there)
{
	t->set = 0;
	host_lock(t);
	t->inside = true;
	if (!there || !memory_denies(t->process->memory, address, access) || !signal_denied(t, address, access))
		fault_serve(t, address, access);
	t->inside = false;
	host_unlock(t);
}

void
unix_exception(struct task *t, unsigned vector, uint64_t error)
{
	t->set = 0;
	host_lock(t);
	t->inside = true;
	signal_exception(t, vector, error);
	t->inside = false;
	host_unlock(t);
}

void
unix_interrupted(struct task *t)
{
	t->set = 0;
	host_lock(t);
	t->inside = true;
	if (t->signalled)
		signal_deliver(t, -1);
	t->inside = false;
	host_unlock(t);
}
