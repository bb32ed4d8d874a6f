/* SPDX-License-Identifier: BSD-2-Clause */
/* A personality that records what it is told.  All hooks are weak: a test may define its own. */
#include <stdlib.h>
#include <string.h>
#include "fake/fake.h"
#include "fake/personality.h"
#include "core/bootinfo.h"

#define WEAK __attribute__((weak))

struct hooks hooks;

WEAK const struct option personality_options[] = { { 0 } };

void
hooks_reset(void)
{
	memset(&hooks, 0, sizeof(hooks));
}

WEAK void
personality_init(void)
{
}

WEAK struct thread *
personality_first_thread(void)
{
	return NULL;
}

WEAK void
personality_syscall_fast(void)
{
	abort();
}

WEAK void
personality_syscall(struct thread *self)
{
	hooks.calls++;
	hooks.thread = self;
}

WEAK void
personality_fault(struct thread *self, const struct fault *fault)
{
	hooks.faults++;
	hooks.thread = self;
}

WEAK void
personality_irq(struct irq *irq)
{
	hooks.irqs++;
	hooks.irq = irq;
}

WEAK void
personality_timeout(struct timeout *timeout)
{
	hooks.timeouts++;
	hooks.timeout = timeout;
	if (hooks.on_timeout)
		hooks.on_timeout(timeout);
}

WEAK struct thread *
personality_pick(void)
{
	hooks.picks++;
	return hooks.on_pick ? hooks.on_pick() : hooks.pick;
}

WEAK enum status
personality_thread(struct thread *t, enum thread_event event)
{
	hooks.thread = t;
	if (event == THREAD_GONE && hooks.gone_restarts) {
		hooks.gone_restarts--;
		return STATUS_RESTART;
	}
	hooks.ready += event == THREAD_READY;
	hooks.not_ready += event == THREAD_NOT_READY;
	hooks.gone += event == THREAD_GONE;
	return hooks.on_thread ? hooks.on_thread(t, event) : OK;
}

WEAK enum status
personality_object_destroy(struct object *o)
{
	hooks.objects_destroyed++;
	hooks.object = o;
	return OK;
}

enum status
personality_capability(struct capability *c, struct capability *to)
{
	hooks.capability = c;
	hooks.capability_to = to;
	hooks.capabilities++;
	if (!to && hooks.capability_restarts) {
		hooks.capability_restarts--;
		return STATUS_RESTART;
	}
	return OK;
}
