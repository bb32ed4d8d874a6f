/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Strings: copied once, straight from space to space, through the direct map, a page of either side at a time.  Each page is looked up as
 * user level would reach it.  One that is not there becomes a page fault of its owner's, for which the carrier waits: both messages stay as
 * they are, and the copy goes on where it stopped.
 */
#include "core/arch.h"
#include "core/cpu.h"
#include "core/space.h"
#include "personalities/l4/wait.h"

#define COPY_STEPS	7		/* a page's copy counts for so many steps of preempt_point */

/* The string that FROM sends, and where TO wants it.  Both are copies: user level can change its own at any moment. */
static enum status
string_find(struct thread *from, struct thread *to, unsigned string, struct ipc_string *src, struct ipc_string *dst)
{
	if (l4_thread(to)->fault)
		return ERR_NO_WINDOW;
	*src = l4_thread(from)->utcb->string[string];
	*dst = l4_thread(to)->utcb->buffer[string];
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	if (src->bytes > IPC_STRING_LIMIT)
		return ERR_BAD_VALUE;
	return src->bytes <= dst->bytes ? OK : ERR_NO_WINDOW;
}

static u64
transfer_deadline(struct thread *t, u64 now)
{
	u16 timeout = l4_thread(t)->utcb->transfer_time;

	return timeout == IPC_NEVER ? TIMEOUT_NEVER : timeout_deadline(now, timeout_ticks(timeout));
}

/* The shorter one of both sides' counts, from the first byte of the first string on. */
static void
deadline_begin(struct thread *from, struct thread *to, struct transfer *x)
{
	u64 now = arch_clock(), sender = transfer_deadline(from, now), receiver = transfer_deadline(to, now);

	x->deadline = sender < receiver ? sender : receiver;
	x->timed = true;
}

/* The page at ADDRESS of OWNER is missing for ACCESS: SELF waits until OWNER's pager has put it there.  PARTNER cannot be that pager. */
static enum status
page_missing(struct thread *self, struct thread *owner, struct thread *partner, vaddr_t address, unsigned access, enum status refusal)
{
	struct transfer *x = &l4_thread(self)->transfer;

	if (address >= USER_END || x->deadline <= arch_clock())
		return address >= USER_END ? refusal : ERR_TIMEOUT;
	if (fault_pager_is(owner, partner) || !fault_page_for(self, owner, address, access))
		return refusal;
	x->faulted = owner->space;
	x->refusal = refusal;
	if (x->deadline != TIMEOUT_NEVER) {
		self->timeout.kind = L4_TRANSFER;
		timeout_insert(&this_cpu()->timeouts, &self->timeout, x->deadline);
	}
	return STATUS_RESTART;
}

enum status
string_transfer(struct thread *self, struct thread *from, struct thread *to, struct transfer *x, unsigned string)
{
	struct ipc_string src, dst;
	paddr_t src_at, dst_at;
	size_t src_left, dst_left;
	enum status status = string_find(from, to, string, &src, &dst);

	if (status)
		return status;
	if (!x->timed)
		deadline_begin(from, to, x);
	while (x->done < src.bytes) {
		u64 bytes = src.bytes - x->done;

		if (space_walk(from->space, src.address + x->done, RIGHT_READ, &src_at, &src_left))
			return page_missing(self, from, to, src.address + x->done, RIGHT_READ, ERR_BAD_ADDRESS);
		if (space_walk(to->space, dst.address + x->done, RIGHT_READ | RIGHT_WRITE, &dst_at, &dst_left))
			return page_missing(self, to, from, dst.address + x->done, RIGHT_WRITE, ERR_PARTNER_FAULT);
		bytes = bytes < src_left ? bytes : src_left;
		bytes = bytes < dst_left ? bytes : dst_left;
		bytes = bytes < PAGE_SIZE ? bytes : PAGE_SIZE;
		__builtin_memcpy(arch_direct(dst_at), arch_direct(src_at), bytes);
		x->done += bytes;
		if (preempt_point_after(COPY_STEPS))
			return STATUS_RESTART;
	}
	l4_thread(to)->utcb->received[string] = src.bytes;
	return OK;
}
