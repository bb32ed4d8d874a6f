/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls of probe on sealed tokens. */
#include "core/cap.h"
#include "core/object.h"
#include "core/seal.h"
#include "personalities/probe/handlers.h"
#include "personalities/probe/probe.h"

/* What a slot holds, when it may be handed on. */
static enum status
shared(struct thread *self, u64 slot, struct capability **out)
{
	enum status status = cap_slot(&self->space->caps, slot, out);

	if (status)
		return status;
	return (*out)->type & RIGHT_SHARE ? OK : ERR_NO_RIGHT;
}

enum status
sys_token_seal(struct thread *self, const struct args_token_seal *a, struct out_token_seal *out)
{
	struct capability *c;
	enum status status = shared(self, a->slot, &c);

	if (status)
		return status;
	struct token t = seal(c->object, c->type >> 8, c->type & a->rights);
	*out = (struct out_token_seal){ .payload = t.payload, .mac = t.mac };
	return OK;
}

enum status
sys_token_seal_bound(struct thread *self, const struct args_token_seal_bound *a, struct out_token_seal_bound *out)
{
	struct capability *c;
	struct space *holder;

	enum status status = shared(self, a->slot, &c);
	if (status)
		return status;
	status = space_named(self, a->holder, &holder);
	if (status)
		return status;
	struct token t = seal_bound(c->object, c->type >> 8, c->type & a->rights, holder);
	*out = (struct out_token_seal_bound){ .payload = t.payload, .mac = t.mac };
	return OK;
}

enum status
sys_token_derive(struct thread *self, const struct args_token_derive *a, struct out_token_derive *out)
{
	struct token t;
	enum status status = seal_derive((struct token){ a->payload, a->mac }, a->rights, &t);

	if (status)
		return status;
	*out = (struct out_token_derive){ .new_payload = t.payload, .new_mac = t.mac };
	return OK;
}

enum status
sys_token_open(struct thread *self, const struct args_token_open *a, struct out_token_open *out)
{
	struct capability c;

	if (a->kind >= KIND_LIMIT || a->rights & ~(u64)RIGHTS_ALL)
		return ERR_BAD_TOKEN;
	return unseal((struct token){ a->payload, a->mac }, a->kind, a->rights, &c);
}

enum status
sys_token_open_bound(struct thread *self, const struct args_token_open_bound *a, struct out_token_open_bound *out)
{
	struct capability c;

	if (a->kind >= KIND_LIMIT || a->rights & ~(u64)RIGHTS_ALL)
		return ERR_BAD_TOKEN;
	return unseal_bound((struct token){ a->payload, a->mac }, a->kind, a->rights, self->space, &c);
}

enum status
sys_token_revoke(struct thread *self, const struct args_token_revoke *a, struct out_token_revoke *out)
{
	struct capability *c;
	enum status status = cap_slot(&self->space->caps, a->slot, &c);

	if (status)
		return status;
	if (!(c->type & RIGHT_DESTROY))
		return ERR_NO_RIGHT;
	seal_revoke(c->object, c->type >> 8);
	return OK;
}

/* Executed again after STATUS_RESTART: the token of a dying object still opens for this. */
enum status
sys_token_destroy(struct thread *self, const struct args_token_destroy *a, struct out_token_destroy *out)
{
	struct capability c;

	if (a->kind >= KIND_LIMIT || a->kind == KIND_FRAME)
		return ERR_BAD_TOKEN;
	enum status status = unseal((struct token){ a->payload, a->mac }, a->kind, RIGHT_DESTROY, &c);
	return status ? status : object_destroy(c.object);
}
