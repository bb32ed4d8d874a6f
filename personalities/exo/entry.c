/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Asynchronous entry: words for an environment that it takes when it next runs.
 *
 * The queue is one record of the target's own pool, of the size that it asked for; full, the sender is told.  The kernel vouches for who
 * sent.  A target that waits is woken; one that has the context (<exo/upcall.h>) continues at its handler at its next slice.
 */
#include "core/arch.h"
#include "core/cpu.h"
#include "core/kmem.h"
#include "personalities/exo/exo.h"
#include "personalities/exo/handlers.h"
#include <exo/entries.h>

struct entry {
	u64 from;
	u64 word[4];
};
_Static_assert(ENTRIES_MAX * sizeof(struct entry) <= KMEM_SIZE_MAX, "a queue is one record");

void
entries_forget(struct environment *e)
{
	if (e->entries.at)
		kmem_free(e->entries.at);
	e->entries = (struct entries){ 0 };
}

enum status
sys_entry_queue(struct thread *self, const struct args_entry_queue *a, struct out_entry_queue *out)
{
	struct environment *e = environment_of(self);
	struct entry *at = NULL;

	if (a->entries > ENTRIES_MAX)
		return ERR_BAD_VALUE;
	if (e->entries.count)
		return ERR_WRONG_STATE;
	if (a->entries) {
		at = kmem_alloc_raw(self->space, a->entries * sizeof(*at));
		if (!at)
			return ERR_NO_KMEM;
	}
	entries_forget(e);
	e->entries = (struct entries){ .at = at, .size = a->entries };
	return OK;
}

static enum status
put(struct entries *q, const struct entry *entry)
{
	if (!q->at)
		return ERR_WRONG_STATE;
	if (q->count == q->size)
		return ERR_LIMIT;
	q->at[(q->first + q->count++) % q->size] = *entry;
	return OK;
}

enum status
sys_transfer_later(struct thread *self, const struct args_transfer_later *a, struct out_transfer_later *out)
{
	struct thread *target = name_find(a->to);

	if (!target)
		return ERR_NOT_FOUND;
	enum status status = put(&environment_of(target)->entries,
				 &(struct entry){ environment_of(self)->name, { a->first, a->second, a->third, a->fourth } });
	if (status == OK)
		upcall_request(target, PENDING_ENTRY);
	return status;
}

enum status
sys_entry_take(struct thread *self, const struct args_entry_take *a, struct out_entry_take *out)
{
	struct entries *q = &environment_of(self)->entries;

	if (!q->count)
		return ERR_NOT_FOUND;
	const struct entry *entry = &q->at[q->first];
	*out = (struct out_entry_take){
		.from = entry->from, .first = entry->word[0], .second = entry->word[1], .third = entry->word[2],
		.fourth = entry->word[3], .left = q->count - 1,
	};
	q->first = (q->first + 1) % q->size;
	q->count--;
	return OK;
}
