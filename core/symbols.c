/* SPDX-License-Identifier: BSD-2-Clause */
/* Names for addresses, in panics. */
#include "core/symbols.h"

const char *
symbol_find(vaddr_t pc, u64 *offset)
{
	const struct symbol *s = kernel_symbols;

	if (!s->name || pc < s->address)
		return NULL;
	while (s[1].name && s[1].address <= pc)
		s++;
	if (!s[1].name && pc >= s[1].address)
		return NULL;
	*offset = pc - s->address;
	return s->name;
}
