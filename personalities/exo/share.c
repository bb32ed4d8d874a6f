/* SPDX-License-Identifier: BSD-2-Clause */
/* Shares of the processor: who runs on whose, and the calls that change it.  exo.h has the invariant. */
#include "core/arch.h"
#include "core/cpu.h"
#include "personalities/exo/exo.h"
#include "personalities/exo/handlers.h"

struct thread *
share_owner(struct share *share)
{
	return environment_thread(container_of(share, struct environment, own));
}

static void
share_run(struct share *share, struct thread *t)
{
	share->runs = t;
	environment_of(t)->share = share;
}

void
share_begin(struct thread *t)
{
	share_run(&environment_of(t)->own, t);
	thread_make_runnable(t);
}

/*
 * The owner had transferred from its share, and whoever ran it since is gone: the transfer ends with an error.  An owner that was entered
 * meanwhile runs on another's share, and its own is as after a park.
 */
static void
share_return(struct share *share)
{
	struct thread *owner = share_owner(share);

	if (environment_of(owner)->share) {
		share->runs = NULL;
		thread_block(owner);
		return;
	}
	environment_of(owner)->resumable = false;
	owner->regs.valid = FRAME_GENERAL;
	__builtin_memset(&owner->regs.r15, 0, offsetof(struct trap_frame, fault_address) - offsetof(struct trap_frame, r15));
	owner->regs.rax = ERR_CANCELLED;
	if (environment_of(owner)->lost) {
		owner->regs.rip = environment_of(owner)->entry;
		owner->regs.rflags = FRAME_RFLAGS_INITIAL;
		environment_of(owner)->lost = false;
	}
	share_run(share, owner);
}

/* T ran on a share that is no more.  It goes on with its own; if that is given away, it is parked and what it was doing is lost: should its own
 * come back before anybody enters it, it goes on at its entry. */
static void
share_lost(struct thread *t)
{
	struct environment *e = environment_of(t);

	e->share = NULL;
	e->resumable = false;
	e->lost = e->own.runs;
	if (!e->own.runs)
		share_begin(t);
}

void
share_end(struct thread *t)
{
	struct environment *e = environment_of(t);
	struct thread *guest = e->own.runs;

	if (e->share && e->share != &e->own)
		share_return(e->share);
	if (guest && guest != t)
		share_lost(guest);
	e->share = NULL;
	e->own.runs = NULL;
	this_cpu()->pending |= PENDING_RESCHEDULE;
}

enum status
sys_entry(struct thread *self, const struct args_entry *a, struct out_entry *out)
{
	if (a->address >= USER_END)
		return ERR_BAD_ADDRESS;
	environment_of(self)->entry = a->address;
	out->name = environment_of(self)->name;
	return OK;
}

enum status
sys_park(struct thread *self, const struct args_park *a, struct out_park *out)
{
	struct environment *e = environment_of(self);

	if (e->share != &e->own)
		return ERR_WRONG_STATE;
	e->share = NULL;
	e->own.runs = NULL;
	thread_block(self);
	return OK;
}

/* The target's registers are the caller's, as the fast entry leaves them. */
static void
registers_pass(struct thread *from, struct thread *to)
{
	to->regs = from->regs;
	to->regs.rip = to->regs.rcx = environment_of(to)->entry;
	to->regs.rflags = to->regs.r11 = FRAME_RFLAGS_INITIAL;
	to->regs.rax = environment_of(from)->name;
}

/* What fast.S declines, with the same result. */
enum status
sys_transfer(struct thread *self, const struct args_transfer *a, struct out_transfer *out)
{
	struct environment *from = environment_of(self);
	struct thread *target = name_find(a->to);

	if (!target)
		return ERR_NOT_FOUND;
	if (environment_of(target)->share || target->suspended || target->state == THREAD_STOPPED)
		return ERR_WRONG_STATE;
	registers_pass(self, target);
	share_run(from->share, target);
	from->share = NULL;
	this_cpu()->current = target;
	arch_switch_through(self, target);
	return OK;
}
