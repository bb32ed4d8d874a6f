/* SPDX-License-Identifier: BSD-2-Clause */
/* The lock of what the environments of a domain share, and what ends one that cannot go on. */
#include <exo/stubs.h>
#include <exo/yield.h>
#include <unix/host.h>
#include "domain.h"

void
fatal(const char *what, uint64_t value)
{
	host_log("unix: environment %lu: %s, %#lx", own->number, what, value);
	if (own->number == MANAGER)
		domain_ends("its manager cannot go on");
	domain->environment[own->number].name = 0;
	for (;;)
		call_thread_exit();
}

/* --- the lock -------------------------------------------------------------------------------------------------------------------- */

/* There is one processor: whoever has it keeps the lock for a moment, unless its slice ended there, or it was stopped.  Then it gets what is left of ours. */
static inline bool
lock_try(uint64_t *holder)
{
	*holder = 0;
	return __atomic_compare_exchange_n(&domain->holder, holder, own->number, false, __ATOMIC_ACQUIRE, __ATOMIC_RELAXED);
}

static __attribute__((cold, noinline)) void
lock_wait(uint64_t holder)
{
	do {
		if (own->number == MANAGER)
			cut_short();
		else if (holder >= ENVIRONMENTS || yield_to(domain->environment[holder].name) == ERR_NOT_FOUND)
			yield_to(domain->environment[MANAGER].name);	/* which lets another end what that began, or ends the domain */
	} while (!lock_try(&holder));
}

void
host_lock(struct task *t)
{
	uint64_t holder;

	if (!lock_try(&holder))
		lock_wait(holder);
}

void
host_unlock(struct task *t)
{
	__atomic_store_n(&domain->holder, 0, __ATOMIC_RELEASE);
}
