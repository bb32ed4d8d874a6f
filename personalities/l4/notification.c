/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notifications: a word of bits.  Signalling sets bits and never waits; who waits gets all bits that are set, and clears them.
 *
 * Waiting at the notification itself is waiting at an endpoint that belongs to it.  A server that waits for clients as well binds it to the clients'
 * endpoint: then its bits come as a message there.
 */
#include "core/cap.h"
#include "core/kmem.h"
#include "personalities/l4/handlers.h"
#include "personalities/l4/l4.h"
#include <l4/fault.h>

enum status
sys_notification_create(struct thread *self, const struct args_notification_create *a, struct out_notification_create *out)
{
	struct capability *slot;
	enum status status = cap_empty_slot(&self->space->caps, a->into, &slot);

	if (status)
		return status;
	struct notification *n = kmem_alloc(self->space, sizeof(*n), KIND_NOTIFICATION);
	if (!n)
		return ERR_NO_KMEM;
	endpoint_begin(&n->own, KIND_NOTIFICATION, self->space);
	n->source.kind = IPC_NOTIFICATION;
	source_bind(&n->source, &n->own, 0);
	cap_insert(slot, n, KIND_NOTIFICATION, RIGHTS_ALL, 0);
	return OK;
}

enum status
notification_destroy(struct notification *n)
{
	source_unbind(&n->source);
	if (endpoint_end(&n->own) == STATUS_RESTART)
		return STATUS_RESTART;
	object_fini(&n->own.object);
	kmem_free(n);
	return OK;
}

/* A badge that is not 0 says which bits the capability is for. */
enum status
sys_notification_signal(struct thread *self, const struct args_notification_signal *a, struct out_notification_signal *out)
{
	struct capability *c;
	enum status status = cap_lookup(&self->space->caps, a->notification, KIND_NOTIFICATION, RIGHT_SEND, &c);

	if (status)
		return status;
	struct notification *n = c->object;
	n->bits |= c->badge ? a->bits & c->badge : a->bits;
	if (n->bits)
		source_raise(&n->source);
	return OK;
}

enum status
sys_notification_wait(struct thread *self, const struct args_notification_wait *a, struct out_notification_wait *out)
{
	struct capability *c;
	enum status status = cap_lookup(&self->space->caps, a->notification, KIND_NOTIFICATION, RIGHT_RECEIVE, &c);

	if (status)
		return status;
	struct notification *n = c->object;
	out->bits = a->notification;		/* the register as it was, should the wait come to nothing */
	if (a->timeout > 0xffff)
		return ERR_BAD_VALUE;
	if (n->source.endpoint != &n->own)
		return ERR_WRONG_STATE;
	l4_thread(self)->through = c;
	if (!n->own.pending)
		return ipc_wait(&n->own, self, WAIT_BITS, a->timeout);
	source_clear(&n->source);
	out->bits = n->bits;
	n->bits = 0;
	return OK;
}

enum status
sys_notification_bind(struct thread *self, const struct args_notification_bind *a, struct out_notification_bind *out)
{
	struct capability *c;
	struct endpoint *e;
	u64 badge;

	enum status status = cap_lookup(&self->space->caps, a->notification, KIND_NOTIFICATION, RIGHT_CONTROL, &c);
	if (status)
		return status;
	status = source_target(self, a->endpoint, &e, &badge);
	if (status)
		return status;
	struct notification *n = c->object;
	if (endpoint_first(&n->own))
		return ERR_WRONG_STATE;
	source_bind(&n->source, e ? e : &n->own, badge);
	if (n->bits)
		source_raise(&n->source);
	return OK;
}
