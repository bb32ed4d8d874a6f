/* SPDX-License-Identifier: BSD-2-Clause */
/* Bodies of the calls on objects in general and on threads (core/uapi/janus/objects.def). */
#include "core/arch.h"
#include "core/cap.h"
#include "core/named.h"
#include "core/objects_handlers.h"

#define REGISTERS_BYTES sizeof(struct registers)

/* Of any kind but frames, which have an end of their own. */
enum status
sys_object_destroy(struct thread *self, const struct args_object_destroy *a, struct out_object_destroy *out)
{
	struct capability *c;
	enum status status = cap_slot(&self->space->caps, a->object, &c);

	if (status)
		return status;
	if (c->type >> 8 == KIND_FRAME)
		return ERR_NO_CAP;
	return c->type & RIGHT_DESTROY ? object_destroy_by(c) : ERR_NO_RIGHT;
}

enum status
sys_thread_self(struct thread *self, const struct args_thread_self *a, struct out_thread_self *out)
{
	struct capability *slot;
	enum status status = cap_empty_slot(&self->space->caps, a->into, &slot);

	if (status)
		return status;
	cap_insert(slot, &self->object, KIND_THREAD, RIGHTS_ALL, 0);
	out->id = self->id;
	return OK;
}

enum status
sys_thread_start(struct thread *self, const struct args_thread_start *a, struct out_thread_start *out)
{
	struct thread *t;
	enum status status = thread_named(self, a->thread, RIGHT_CONTROL, &t);

	return status ? status : thread_start(t, a->ip, a->sp, a->argument);
}

enum status
sys_thread_suspend(struct thread *self, const struct args_thread_suspend *a, struct out_thread_suspend *out)
{
	struct thread *t;
	enum status status = thread_named(self, a->thread, RIGHT_CONTROL, &t);

	return status ? status : thread_suspend(t);
}

enum status
sys_thread_resume(struct thread *self, const struct args_thread_resume *a, struct out_thread_resume *out)
{
	struct thread *t;
	enum status status = thread_named(self, a->thread, RIGHT_CONTROL, &t);

	return status ? status : thread_resume(t);
}

enum status
sys_thread_exchange(struct thread *self, const struct args_thread_exchange *a, struct out_thread_exchange *out)
{
	struct registers registers;
	struct thread *t;

	enum status status = thread_named(self, a->thread, RIGHT_CONTROL, &t);
	if (status)
		return status;
	status = arch_copy_from_user(&registers, a->registers, REGISTERS_BYTES);
	if (status)
		return status;
	status = thread_exchange(t, a->mask, &registers);
	return status ? status : arch_copy_to_user(a->registers, &registers, REGISTERS_BYTES);
}

enum status
sys_thread_info(struct thread *self, const struct args_thread_info *a, struct out_thread_info *out)
{
	struct thread *t;
	enum status status = thread_named(self, a->thread, RIGHT_READ, &t);

	if (status)
		return status;
	*out = (struct out_thread_info){
		.id = t->id, .state = t->state < THREAD_BLOCKED ? t->state : THREAD_BLOCKED, .suspended = t->suspended,
		.ticks = thread_ticks(t), .switches = t->switches,
	};
	return OK;
}
