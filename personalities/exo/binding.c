/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bindings of the caller's space: entered, removed, protected, read back.
 *
 * A capability is checked when a binding is made and not again: the binding records the rights that it was made with, and the library OS
 * protects within them as it likes.  A range is one entry of the call, however many pages it has; preempted, the call goes on with
 * the arguments that say what is left.
 */
#include "core/arch.h"
#include "core/frame.h"
#include "core/table.h"
#include "personalities/exo/binding.h"
#include "personalities/exo/cache.h"
#include "personalities/exo/handlers.h"
#include "personalities/exo/named.h"
#include <exo/bindings.h>

enum status
sys_bind(struct thread *self, const struct args_bind *a, struct out_bind *out)
{
	unsigned rights = a->rights & RIGHTS_ALL;
	struct capability room, *c;
	struct map *m;

	if (a->rights & ~(u64)(RIGHTS_ALL | BIND_WIRED) || !map_rights_valid(rights))
		return ERR_BAD_VALUE;
	enum status status = frame_named(self, a->payload, a->mac, rights, &room, &c);
	if (status)
		return status;
	status = map_evicting(self->space, a->address, c->object, rights, &m);
	if (status)
		return status;
	environment_of(self)->table.leaf = table_of(m->pte);
	m->flags = (c->type & RIGHT_SHARE ? BINDING_SHARE : 0) | (a->rights & BIND_WIRED ? 0 : BINDING_EVICTABLE);
	if (m->flags & BINDING_EVICTABLE)
		cache_enter(&environment_of(self)->table, a->address, *m->pte, m->flags, c->object);
	return OK;
}

/* The one page of a range that is no longer, if it is bound in the hardware tables. */
static struct map *
only_page(struct thread *self, vaddr_t address, u64 pages)
{
	struct map *m = pages == 1 && !environment_of(self)->table.page ? space_find(self->space, address) : NULL;

	return m && m->order == ORDER_4K ? m : NULL;
}

/* Of a range call, address and number of pages are the first two arguments. */
static enum status
range_finish(struct thread *self, enum status status, u64 done)
{
	if (status == STATUS_RESTART) {
		self->regs.arg[0] += done << PAGE_SHIFT;
		self->regs.arg[1] -= done;
		cache_range_moved(self, done);
	} else {
		cache_range_end(self);
	}
	return status;
}

enum status
sys_unbind(struct thread *self, const struct args_unbind *a, struct out_unbind *out)
{
	u64 done = 0;

	if (!binding_range(a->address, a->pages))
		return ERR_BAD_ADDRESS;
	struct map *m = only_page(self, a->address, a->pages);
	if (m) {
		space_unmap(m);
		return OK;
	}
	enum status status = cache_range(self, a->address, a->pages, CACHE_REMOVE, 0);
	if (status)
		return status;
	status = space_unmap_range(self->space, a->address, a->pages, &done);
	return range_finish(self, status, done);
}

enum status
sys_protect(struct thread *self, const struct args_protect *a, struct out_protect *out)
{
	u64 done = 0;

	if (a->rights > RIGHTS_ALL || (a->rights && !map_rights_valid(a->rights)))
		return ERR_BAD_VALUE;
	if (!binding_range(a->address, a->pages))
		return ERR_BAD_ADDRESS;
	struct map *m = only_page(self, a->address, a->pages);
	if (m)
		return space_protect(m, a->rights);
	enum status status = cache_range(self, a->address, a->pages, CACHE_PROTECT, a->rights);
	if (status)
		return status;
	status = space_protect_range(self->space, a->address, a->pages, a->rights, &done);
	return range_finish(self, status, done);
}

/* Of a call for one page: a page of memory, in a space without a table of bindings.  ARGUMENT: the call's.  False: it is sys_protect's, and nothing has changed. */
bool protect_fast(const u64 argument[3]);

bool
protect_fast(const u64 argument[3])
{
	struct thread *self = current_thread();
	vaddr_t address = argument[0];
	u64 rights = argument[2], *entry;

	if (address & PAGE_MASK || address >= USER_END || rights > RIGHTS_ALL || (rights && !map_rights_valid((unsigned)rights)))
		return false;
	if (environment_of(self)->table.page || !table_leaf_entry(self->space, address, &entry))
		return false;
	u64 pte = *entry;
	if (!pte || arch_pte_withholds(pte, (unsigned)rights))
		return false;
	*entry = arch_pte_protect(pte, (unsigned)rights);
	if (arch_pte_present(pte))
		arch_tlb_flush_page(self->space, address);
	return true;
}

/* --- read back ------------------------------------------------------------------------------------------------------ */

/* The entry that says how ADDRESS is bound, in the hardware tables or else in the table of bindings; NULL: it is not. */
static u64 *
bound_entry(struct thread *self, vaddr_t address, unsigned *flags)
{
	struct map *m = space_find(self->space, address);

	if (m) {
		*flags = m->flags;
		return m->pte;
	}
	struct binding *b = cache_find(self, address);
	if (!b)
		return NULL;
	*flags = (u8)b->key;
	return &b->pte;
}

enum status
sys_binding(struct thread *self, const struct args_binding *a, struct out_binding *out)
{
	unsigned flags;
	const u64 *entry = bound_entry(self, a->address, &flags);

	if (!entry)
		return ERR_NOT_FOUND;
	*out = (struct out_binding){
		.physical = arch_pte_address(*entry), .granted = arch_pte_granted(*entry), .rights = arch_pte_rights(*entry),
		.accessed = arch_pte_accessed(*entry), .dirty = arch_pte_dirty(*entry),
	};
	return OK;
}

static u64
table_word(u64 pte, unsigned flags)
{
	return arch_pte_address(pte) | arch_pte_rights(pte) | (u64)arch_pte_granted(pte) << 3 |
	       (arch_pte_accessed(pte) ? BOUND_ACCESSED : 0) | (arch_pte_dirty(pte) ? BOUND_DIRTY : 0) |
	       (flags & BINDING_EVICTABLE ? 0 : BOUND_WIRED) | (flags & BINDING_SHARE ? BOUND_SHARE : 0);
}

static void
table_clear(struct thread *self, vaddr_t address, u64 pages, u64 clear)
{
	for (u64 i = 0; i < pages; i++) {
		unsigned flags;
		u64 *entry = bound_entry(self, address + (i << PAGE_SHIFT), &flags);

		if (entry)
			*entry = arch_pte_untouch(*entry, clear & BOUND_ACCESSED, clear & BOUND_DIRTY);
	}
	arch_tlb_flush_range(self->space, address, pages);
}

enum status
sys_table_read(struct thread *self, const struct args_table_read *a, struct out_table_read *out)
{
	u64 word[TABLE_READ_LIMIT];
	enum status status = OK;

	if (a->pages > TABLE_READ_LIMIT || a->clear & ~(BOUND_ACCESSED | BOUND_DIRTY))
		return ERR_BAD_VALUE;
	if (!binding_range(a->address, a->pages))
		return ERR_BAD_ADDRESS;
	for (u64 i = 0; a->to && i < a->pages; i++) {
		unsigned flags;
		const u64 *entry = bound_entry(self, a->address + (i << PAGE_SHIFT), &flags);

		word[i] = entry ? table_word(*entry, flags) : 0;
	}
	if (a->to)
		status = arch_copy_to_user(a->to, word, a->pages * sizeof(word[0]));
	if (status == OK && a->clear)
		table_clear(self, a->address, a->pages, a->clear);
	return status;
}
