/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Sharing what is bound: a parent gives its child bindings of pages that both will use, without a token's being sent.
 *
 * What it shared so it can take back, all of it or rights, whatever the child does.
 *
 * What a library OS has bound it may share when it holds the frame itself, or when the token that it bound it with had RIGHT_SHARE, which the
 * binding remembers.  It passes that on only where the call's rights have it.
 */
#include "core/arch.h"
#include "core/cpu.h"
#include "core/frame.h"
#include "core/named.h"
#include "personalities/exo/binding.h"
#include "personalities/exo/cache.h"
#include "personalities/exo/exo.h"
#include "personalities/exo/handlers.h"

#define RUN	16			/* pages that are looked at, then mapped, without an interruption */

/* Device memory goes on by its capability, and has no frame to ask. */
static bool
may_share(const struct space *space, const struct map *m)
{
	if (*m->pte & ARCH_PTE_DEVICE)
		return false;
	const struct frame *f = frame_head(frame_of(map_address(m)));

	return m->flags & BINDING_SHARE || f->owner == space || f->state == FRAME_BOOT;
}

/* What is bound but evicted comes back for this. */
static enum status
check_run(struct thread *self, vaddr_t from, u64 pages)
{
	for (u64 i = 0; i < pages; i++) {
		vaddr_t at = from + (i << PAGE_SHIFT);
		struct map *m = space_find(self->space, at);

		if (!m) {
			enum status status = refill(self, at);

			if (status && status != ERR_NOT_FOUND)
				return status;
			m = space_find(self->space, at);
		}
		if (m && !may_share(self->space, m))
			return ERR_NO_RIGHT;
	}
	return OK;
}

/* Where the caller has nothing bound, what is there was not shared now. */
static void
mark_run(const struct space *space, vaddr_t to, const struct space *from, vaddr_t at, u64 pages)
{
	for (u64 i = 0; i < pages; i++) {
		struct map *m = space_find(space, to + (i << PAGE_SHIFT));

		if (m && space_find(from, at + (i << PAGE_SHIFT)))
			m->flags |= BINDING_SHARE;
	}
}

/* Of [at, at + PAGES * 4 KiB), *DONE pages are complete. */
static enum status
share_run(struct space *space, vaddr_t to, struct thread *self, vaddr_t at, u64 pages, unsigned rights, u64 *done)
{
	enum status status = check_run(self, at, pages);

	if (status)
		return status;
	status = space_map_range(space, to, self->space, at, pages, rights & MAP_RIGHTS, done);
	if (rights & RIGHT_SHARE)
		mark_run(space, to, self->space, at, *done);
	return status;
}

static enum status
share_check(const struct thread *self, const struct space *space, const struct args_space_share *a)
{
	if (a->rights > RIGHTS_ALL || !map_rights_valid(a->rights & ~(u64)RIGHT_SHARE))
		return ERR_BAD_VALUE;
	if (!binding_range(a->to, a->pages) || !binding_range(a->from, a->pages))
		return ERR_BAD_ADDRESS;
	return space == self->space ? ERR_WRONG_STATE : OK;
}

/* The arguments say what is left, whether it is preempted between two runs or in one. */
enum status
sys_space_share(struct thread *self, const struct args_space_share *a, struct out_space_share *out)
{
	u64 *to = &self->regs.arg[1], *from = &self->regs.arg[2], *left = &self->regs.arg[3];
	struct space *space;
	enum status status = space_named(self, a->space, &space);

	if (!status)
		status = share_check(self, space, a);
	if (!status)
		status = space_prepare(space);
	while (!status && *left) {
		u64 done = 0;

		status = share_run(space, *to, self, *from, *left < RUN ? *left : RUN, a->rights, &done);
		*to += done << PAGE_SHIFT;
		*from += done << PAGE_SHIFT;
		*left -= done;
		if (!status && *left && preempt_now())
			return STATUS_RESTART;
	}
	return status;
}

static enum status
unbind_check(const struct thread *self, const struct space *space, const struct args_space_unbind *a)
{
	if (a->rights > MAP_RIGHTS || (a->rights && !map_rights_valid(a->rights)))
		return ERR_BAD_VALUE;
	if (!binding_range(a->address, a->pages))
		return ERR_BAD_ADDRESS;
	return space == self->space ? ERR_WRONG_STATE : OK;
}

enum status
sys_space_unbind(struct thread *self, const struct args_space_unbind *a, struct out_space_unbind *out)
{
	struct space *space;
	u64 done = 0;
	enum status status = space_named(self, a->space, &space);

	if (!status)
		status = unbind_check(self, space, a);
	if (status)
		return status;
	status = space_revoke_range(space, a->address, a->pages, a->rights, true, &done);
	if (status == STATUS_RESTART) {
		self->regs.arg[1] += done << PAGE_SHIFT;
		self->regs.arg[2] -= done;
	}
	return status;
}
