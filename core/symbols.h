/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The kernel's own functions, for panics: names, and how far each has moved the stack pointer.  tools/symbols.py makes the
 * tables from a first link of a kernel; the second link has them behind the text, so that no address of code changes.
 */
#pragma once

#include "core/types.h"

/* The function that PC is in, and how far; NULL when it is none of the kernel's. */
const char *symbol_find(vaddr_t pc, u64 *offset);

/* The bytes between the stack pointer at PC and the end of its function's return address; 0: not known. */
u32 symbol_stack_bytes(vaddr_t pc);

/* The tables.  Addresses are relative to symbol_base and ascend. */
extern const u64 symbol_base;
extern const u32 symbol_count, stack_row_count;
extern const u32 symbol_address[];		/* symbol_count + 1: the last is the end of the text */
extern const u32 symbol_name[];			/* where in symbol_names */
extern const char symbol_names[];
extern const u32 stack_row_address[];		/* a row holds until the next */
extern const u16 stack_row_words[];		/* 8 bytes each */
