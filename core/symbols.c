/* SPDX-License-Identifier: BSD-2-Clause */
/* Look-ups in the build's tables of the kernel's functions. */
#include "core/symbols.h"

/* The last of the COUNT ascending keys that is not above OFFSET; COUNT when there is none. */
static u32
last_not_above(const u32 *key, u32 count, u64 offset)
{
	u32 low = 0, high = count;

	while (low < high) {
		u32 middle = low + (high - low) / 2;

		if (key[middle] <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	return low ? low - 1 : count;
}

const char *
symbol_find(vaddr_t pc, u64 *offset)
{
	u64 at = pc - symbol_base;
	u32 i = last_not_above(symbol_address, symbol_count, at);

	if (i == symbol_count || at >= symbol_address[symbol_count])
		return NULL;
	*offset = at - symbol_address[i];
	return symbol_names + symbol_name[i];
}

u32
symbol_stack_bytes(vaddr_t pc)
{
	u64 at = pc - symbol_base;
	u32 i = last_not_above(stack_row_address, stack_row_count, at);

	return i == stack_row_count ? 0 : stack_row_words[i] * 8;
}
