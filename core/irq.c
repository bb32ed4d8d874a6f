/* SPDX-License-Identifier: BSD-2-Clause */
/* Interrupt lines and their objects. */
#include "core/arch.h"
#include "core/irq.h"
#include "core/kmem.h"
#include "core/panic.h"
#include "core/personality.h"
#include "core/space.h"
#include "trace.h"

static struct irq *registry[IRQ_LINES];		/* NULL: the line has no object and is masked */

static void
irq_init(struct irq *irq, struct space *home, u32 line, enum irq_trigger trigger)
{
	object_init(&irq->object, KIND_IRQ, home);
	irq->line = line;
	irq->trigger = trigger;
	registry[line] = irq;
	trace(TRACE_CREATE, KIND_IRQ, irq->object.serial);
}

enum status
irq_create(struct space *home, u32 line, enum irq_trigger trigger, struct irq **out)
{
	if (line >= IRQ_LINES || line >= arch_irq_lines() || (trigger != IRQ_EDGE && trigger != IRQ_LEVEL))
		return ERR_BAD_VALUE;
	if (registry[line])
		return ERR_EXISTS;
	if (home->object.dying)
		return ERR_WRONG_STATE;
	struct irq *irq = kmem_alloc(home, sizeof(*irq), KIND_IRQ);
	if (!irq)
		return ERR_NO_KMEM;

	enum status status = arch_irq_setup(line, trigger == IRQ_LEVEL);
	if (status) {
		kmem_free(irq);
		return status;
	}
	irq_init(irq, home, line, trigger);
	arch_irq_unmask(line);
	*out = irq;
	return OK;
}

void
irq_acknowledge(struct irq *irq)
{
	if (!irq->masked)
		return;
	irq->masked = false;
	arch_irq_unmask(irq->line);
}

enum status
irq_destroy(struct irq *irq)
{
	arch_irq_mask(irq->line);
	registry[irq->line] = NULL;
	irq->object.dying = true;
	personality_irq(irq);
	trace(TRACE_DESTROY, KIND_IRQ, irq->object.serial);
	object_fini(&irq->object);
	kmem_free(irq);
	return OK;
}

/* An interrupt that was on its way while its object was destroyed has nobody to go to: the line is masked already. */
bool
irq_deliver(u32 line)
{
	struct irq *irq = line < IRQ_LINES ? registry[line] : NULL;

	if (!irq)
		return false;
	if (irq->trigger == IRQ_LEVEL) {
		arch_irq_mask(line);
		irq->masked = true;
	}
	irq->fired++;
	irq->pending = true;
	trace(TRACE_INTERRUPT, line, irq->fired);
	personality_irq(irq);
	return true;
}

void
irq_check_one(const struct irq *irq)
{
	kassert(irq->line < arch_irq_lines() && registry[irq->line] == irq);
	kassert(irq->object.kind == KIND_IRQ && irq->object.home);
	kassert(!irq->masked || irq->trigger == IRQ_LEVEL);
	kassert(!irq->pending || irq->fired);
}

void
irq_check(void)
{
	for (u32 line = 0; line < IRQ_LINES; line++)
		if (registry[line]) {
			kassert(registry[line]->line == line);
			irq_check_one(registry[line]);
		}
}
