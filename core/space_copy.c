/* SPDX-License-Identifier: BSD-2-Clause */
/* User memory of any space, reached as user level would reach it, but through the direct map. */
#include "core/table.h"

enum status
space_walk(const struct space *space, vaddr_t vaddr, unsigned rights, paddr_t *pa, size_t *left)
{
	unsigned level;
	u64 *entry = table_find(space, vaddr, &level);

	if (!entry || *entry & ARCH_PTE_DEVICE)
		return ERR_BAD_ADDRESS;
	if (rights & ~arch_pte_rights(*entry) || !arch_pte_present(*entry))
		return ERR_BAD_ADDRESS;
	u64 offset = vaddr & (table_entry_bytes(level) - 1);
	*entry = arch_pte_touch(*entry, rights);
	*pa = arch_pte_address(*entry) + offset;
	*left = table_entry_bytes(level) - offset;
	return OK;
}

/* The kernel's address of user memory at VADDR, and how much of BYTES is there in one piece. */
static enum status
piece(const struct space *space, vaddr_t vaddr, unsigned rights, size_t bytes, void **at, size_t *size)
{
	paddr_t pa;
	size_t left;

	if (space_walk(space, vaddr, rights, &pa, &left))
		return ERR_BAD_ADDRESS;
	*at = arch_direct(pa);
	*size = left < bytes ? left : bytes;
	return OK;
}

enum status
space_copy_in(const struct space *space, void *to, vaddr_t from, size_t bytes)
{
	while (bytes) {
		void *at;
		size_t size;

		if (piece(space, from, RIGHT_READ, bytes, &at, &size))
			return ERR_BAD_ADDRESS;
		__builtin_memcpy(to, at, size);
		to = (char *)to + size;
		from += size;
		bytes -= size;
	}
	return OK;
}

enum status
space_copy_out(const struct space *space, vaddr_t to, const void *from, size_t bytes)
{
	while (bytes) {
		void *at;
		size_t size;

		if (piece(space, to, RIGHT_READ | RIGHT_WRITE, bytes, &at, &size))
			return ERR_BAD_ADDRESS;
		__builtin_memcpy(at, from, size);
		from = (const char *)from + size;
		to += size;
		bytes -= size;
	}
	return OK;
}
