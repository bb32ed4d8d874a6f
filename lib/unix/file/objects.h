/* SPDX-License-Identifier: BSD-2-Clause */
/* What the tree is made of; for this folder, and arena.c, which makes them. */
#pragma once

#include <stdint.h>
#include <unix/file.h>

/* A file, whatever its names. */
struct node {
	uint32_t references;		/* of entries, open files, areas, directories that processes are in */
	uint32_t links, mode, uid, gid;
	uint64_t number, size;
	uint32_t mapped;		/* areas that show it */
};

/* A name in a directory. */
struct entry {
	struct entry *next;
	struct node *node;
	char name[NAME_LIMIT + 1];
};

/* fcntl's: of a process. */
struct record_lock {
	struct record_lock *next;
	struct node *node;
	int32_t pid;
	uint64_t start, end;
};
