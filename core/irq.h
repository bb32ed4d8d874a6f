/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts as objects.  A line that fires is masked (level) or left open (edge) and handed to personality_irq; the driver's
 * acknowledgement unmasks it.  A line has at most one object at a time.
 */
#pragma once

#include "core/object.h"

enum irq_trigger { IRQ_EDGE, IRQ_LEVEL };

struct irq {
	struct object object;
	u32 line;			/* global system interrupt */
	u8 trigger;			/* enum irq_trigger */
	u8 masked;			/* until acknowledged */
	u8 pending;			/* fired while nobody was bound */
	u8 reserved;
	u64 fired;
	u64 personality[6];		/* who is told */
};

enum status irq_create(struct space *home, u32 line, enum irq_trigger trigger, struct irq **out); /* ERR_EXISTS, ERR_BAD_VALUE, ERR_NO_KMEM */
void irq_acknowledge(struct irq *irq);
enum status irq_destroy(struct irq *irq);

/* From the trap path: LINE fired. */
void irq_deliver(u32 line);
