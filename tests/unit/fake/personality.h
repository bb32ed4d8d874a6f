/* SPDX-License-Identifier: BSD-2-Clause */
/* What core told the personality, for tests to look at; and what the hooks answer. */
#pragma once

#include "core/personality.h"

struct hooks {
	u64 ready, not_ready, gone;	/* personality_thread, by event */
	u64 irqs, timeouts, faults, calls, picks, objects_destroyed;
	struct object *object;
	struct thread *thread;		/* of the last call, each */
	struct irq *irq;
	struct timeout *timeout;
	struct thread *pick;		/* answer of personality_pick */
	struct capability *capability, *capability_to;	/* of the last personality_capability */
	u64 capabilities;
	unsigned capability_restarts;	/* so often it answers STATUS_RESTART first when one is to be removed */
	unsigned gone_restarts;		/* so often personality_thread(GONE) answers STATUS_RESTART first */
	/* When set, called too; their answers count. */
	void (*on_timeout)(struct timeout *timeout);
	struct thread *(*on_pick)(void);
	enum status (*on_thread)(struct thread *t, enum thread_event event);
};

extern struct hooks hooks;
