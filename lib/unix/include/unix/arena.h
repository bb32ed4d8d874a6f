/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What all programs share: one structure at UNIX_ARENA, and objects of a few kinds behind it.  Nothing else in lib/unix is writable; so a placement
 * can put the core into every program's own space.
 *
 * Objects of a kind come from a list of free ones and go back to it; all there ever were can be walked, which is how repair finds what nobody refers to.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <unix/host.h>
#include <unix/file.h>
#include <unix/memory.h>
#include <unix/process.h>
#include <unix/terminal.h>

struct arena_list {
	void *free;			/* linked through their first word */
	void *first;			/* block of objects, linked through its first word */
	uint32_t taken, made;
};

struct arena_row {
	const char *name;
	uint32_t bytes;
};
extern const struct arena_row arena_rows[ARENA_KINDS];

struct unix_shared {
	struct arena_list list[ARENA_KINDS];
	struct process_state process;
	struct memory_state memory;
	struct file_state file;
	struct terminal_state terminal;
};

#define shared ((struct unix_shared *)UNIX_ARENA)

int arena_begin(void);				/* once, before anything else: 0 or -ENOMEM */
void *arena_take(enum arena_kind kind);		/* cleared; NULL: there is no memory */
void *arena_pick(enum arena_kind kind);		/* likewise, but its content is not defined: for who writes all of it */
void arena_give(enum arena_kind kind, void *object);
