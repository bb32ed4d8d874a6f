/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Interrupts as objects.  A line that fires is masked (level) or left open (edge) and handed to personality_irq; the driver's
 * acknowledgement unmasks it.  A line has at most one object at a time; one without an object is masked.
 *
 *                  fires                   irq_take
 *   pending = 0  ---------->  pending = 1  -------->  told; unmasked again by irq_acknowledge (level)
 *
 * A line that fires while no driver is bound stays pending: the personality calls irq_take in personality_irq when a driver is
 * bound, and again when one binds, so that no interrupt is lost and several of an edge line count as one.
 */
#pragma once

#include "core/object.h"

#define IRQ_LINES	256		/* global system interrupts that can have an object, if the machine has as many */

enum irq_trigger { IRQ_EDGE, IRQ_LEVEL };

struct irq {
	struct object object;
	u32 line;			/* global system interrupt */
	u8 trigger;			/* enum irq_trigger */
	u8 masked;			/* level: from firing until acknowledged */
	u8 pending;			/* fired and not taken */
	u8 reserved;
	u64 fired;
	u64 personality[6];		/* who is told */
};

/*
 * ERR_BAD_VALUE (no such line, trigger), ERR_EXISTS (has an object, or is the kernel's), ERR_NO_KMEM, ERR_WRONG_STATE (home
 * is dying). The line is open at once.
 */
enum status irq_create(struct space *home, u32 line, enum irq_trigger trigger, struct irq **out);

/* Whether the line fired since the last time; it counts as told now. */
static inline bool
irq_take(struct irq *irq)
{
	bool pending = irq->pending;

	irq->pending = false;
	return pending;
}

void irq_acknowledge(struct irq *irq);		/* no effect unless masked */
enum status irq_destroy(struct irq *irq);	/* through object_destroy */

/* From the trap path: LINE fired.  False: it has no object. */
bool irq_deliver(u32 line);

static inline struct irq *
irq_of(struct object *o)
{
	return container_of(o, struct irq, object);
}

void irq_check(void);
void irq_check_one(const struct irq *irq);
