/* SPDX-License-Identifier: BSD-2-Clause */
/* Environments: a space, its kernel memory, its bindings at the start, and the one thread that makes it an environment. */
#include "core/arch.h"
#include "core/cpu.h"
#include "core/cap.h"
#include "core/frame.h"
#include "core/kmem.h"
#include "core/named.h"
#include "personalities/exo/cache.h"
#include "personalities/exo/handlers.h"

enum status
sys_space_create(struct thread *self, const struct args_space_create *a, struct out_space_create *out)
{
	struct space *space;

	return owed(self->space) ? ERR_LIMIT : space_create_named(self, a->into, &space);
}

/*
 * Who holds a page that SELF funds SPACE with: SPACE itself when SELF made it, as a part of SELF's allowance that it gives for this, so that the page
 * is free when the space is gone; else SELF.
 */
static struct space *
fund_holder(struct thread *self, struct space *space)
{
	return space->object.home == self->space ? space : self->space;
}

static enum status
fund_take(struct thread *self, struct space *space, struct frame **f)
{
	struct space *holder = fund_holder(self, space);
	enum status status = allowance_check(self->space, 1);

	if (!status)
		status = frame_alloc_any(holder, ORDER_4K, f);
	if (!status && holder != self->space)
		allowance_move(self->space, holder, 1);
	return status;
}

/* New: without mappings and capabilities, so at once. */
static void
fund_undo(struct thread *self, struct frame *f)
{
	if (f->owner != self->space)
		allowance_move(self->space, f->owner, -1ul);
	frame_free(f);
}

/* One page: a frame is taken, and donated in as many executions of the call as that needs. */
static enum status
fund_page(struct thread *self, struct space *space)
{
	struct environment *e = environment_of(self);
	enum status status = e->funding ? OK : fund_take(self, space, &e->funding);

	if (status)
		return status;
	status = kmem_donate(space, e->funding);
	if (status == STATUS_RESTART)
		return status;
	if (status)
		fund_undo(self, e->funding);
	e->funding = NULL;
	return status;
}

/* Preempted, it goes on with what is left to do: the arguments say how much.  A page is as long as many steps of others. */
enum status
sys_space_fund(struct thread *self, const struct args_space_fund *a, struct out_space_fund *out)
{
	struct space *space;
	enum status status = space_named(self, a->space, &space);

	for (u64 *left = &self->regs.arg[1]; !status && *left;) {
		status = fund_page(self, space);
		if (status == OK && --*left && preempt_now())
			return STATUS_RESTART;
	}
	return status;
}

enum status
sys_environment_create(struct thread *self, const struct args_environment_create *a, struct out_environment_create *out)
{
	struct space *space;
	struct thread *t;

	enum status status = space_named(self, a->space, &space);
	if (status)
		return status;
	if (*space_environment(space))
		return ERR_EXISTS;
	status = space_prepare(space);
	if (status)
		return status;
	status = thread_create(space, space, 0, &t);
	if (status)
		return status;
	status = name_give(t);
	if (status) {
		object_destroy(&t->object);
		return status;
	}
	environment_init(t);
	*space_environment(space) = t;
	out->name = environment_of(t)->name;
	return OK;
}

enum status
sys_environment_start(struct thread *self, const struct args_environment_start *a, struct out_environment_start *out)
{
	struct space *space;
	enum status status = space_named(self, a->space, &space);

	if (status)
		return status;
	struct thread *t = *space_environment(space);
	if (!t)
		return ERR_WRONG_STATE;
	status = thread_start(t, a->ip, a->sp, a->argument);
	if (status)
		return status;
	name_open(t);
	share_begin(t);
	return OK;
}

/* One that could not be told of its fault is no environment any more, but still the space's thread. */
enum status
sys_environment_stop(struct thread *self, const struct args_environment_stop *a, struct out_environment_stop *out)
{
	struct registers regs;
	struct space *space;
	enum status status = space_named(self, a->space, &space);

	if (status)
		return status;
	struct thread *t = space->threads;
	if (!t || t == self)
		return ERR_WRONG_STATE;
	arch_thread_read(t, &regs);
	status = arch_copy_to_user(a->to, &regs, sizeof(regs));
	return status ? status : object_destroy(&t->object);
}

void
environment_init(struct thread *t)
{
	environment_of(t)->library_bytes = USER_END;
	cache_init(t);
}

void
environment_forget(struct thread *t)
{
	share_end(t);
	name_take(t);
	slices_forget(t);
	wait_forget(t);
	upcall_forget(environment_of(t));
	entries_forget(environment_of(t));
	interrupts_forget(t);
	if (*space_environment(t->space) == t)
		*space_environment(t->space) = NULL;
}

enum status
sys_destroy(struct thread *self, const struct args_destroy *a, struct out_destroy *out)
{
	struct capability *c;
	enum status status = cap_lookup(&self->space->caps, a->object, KIND_SPACE, RIGHT_DESTROY, &c);

	if (status)
		return status;
	struct space *space = space_of(c->object);
	struct holdings *maker = space_holdings(space->object.home);
	u64 allowance = space_holdings(space)->allowance;

	status = object_destroy_by(c);
	if (status == OK)
		maker->given -= allowance;
	return status;
}
