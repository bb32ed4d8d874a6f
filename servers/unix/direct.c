/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Programs whose C library sends their calls itself.  Such a thread stays foreign for all but that, so that what it has not been told of, the vDSO and other libraries, goes on
 * with `syscall`.  The capability is for a memory's only thread: the badge says whose call it is, and who shares the memory could send with it as well.
 */
#include <errno.h>
#include <janus/kinds.h>
#include <janus/slots.h>
#include <l4/fault.h>
#include <l4/stubs.h>
#include <l4/thread.h>
#include <unix/memory.h>
#include "host.h"

#define DIRECT_SLOT	64u		/* of the program's space, which has no others */

static bool
is_alone(const struct task *t)
{
	return t->process->task == t && !t->next && t->process->memory->users == 1;
}

static enum status
capability_give(struct task *t, uint64_t slot)
{
	uint64_t space = t->process->memory->host.slot;
	enum status status = call_cap_mint(endpoint, SLOT_OWN, slot, RIGHT_SEND | RIGHT_SHARE, (uintptr_t)t);

	if (status)
		return status;
	status = call_cap_grow(space, DIRECT_SLOT);
	if (!status)
		status = call_cap_copy(slot, space, DIRECT_SLOT, RIGHT_SEND);
	if (!status)
		status = call_thread_foreign(t->host.slot, FOREIGN_BUT_IPC);
	if (status) {
		call_cap_revoke(slot);
		call_cap_delete(slot);
	}
	return status;
}

static int
word_tell(struct task *t, uint64_t address, uint32_t word)
{
	return host_copy_out(t, address, &word, sizeof(word));
}

int
host_direct(struct task *t, uint64_t address)
{
	uint64_t slot;

	if (t->host.direct || !is_alone(t))
		return -EBUSY;
	if (word_tell(t, address, 0))
		return -EFAULT;
	slot = slot_take();
	if (!slot || capability_give(t, slot)) {
		slot_give(slot);
		return -ENOMEM;
	}
	t->host.direct = slot;
	t->host.direct_word = address;
	t->process->memory->host.direct = t;
	return word_tell(t, address, DIRECT_SLOT);
}

void
direct_inherit(struct task *t, const struct task *from)
{
	if (from->host.direct && t->process->memory != from->process->memory)
		host_direct(t, from->host.direct_word);
}

void
direct_drop(struct task *t)
{
	if (!t->host.direct)
		return;
	call_cap_revoke(t->host.direct);
	call_cap_delete(t->host.direct);
	slot_give(t->host.direct);
	t->host.direct = 0;
}

void
direct_withdraw(struct host_space *s)
{
	struct task *t = s->direct;

	if (!t)
		return;
	s->direct = NULL;
	word_tell(t, t->host.direct_word, 0);
	call_thread_foreign(t->host.slot, FOREIGN_ALL);
	direct_drop(t);
}
