/* SPDX-License-Identifier: BSD-2-Clause */
/* Names of the kernel's own functions.  The table is made from the first link of a kernel and put into its second (personalities/meson.build). */
#pragma once

#include "core/types.h"

struct symbol {
	vaddr_t address;
	const char *name;
};

/* In ascending order; the last entry, with name NULL, is the end of the text. */
extern const struct symbol kernel_symbols[];

/* The function that PC is in, and how far; NULL when it is none of the kernel's. */
const char *symbol_find(vaddr_t pc, u64 *offset);
