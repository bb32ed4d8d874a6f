/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A process's memory: areas, which say what may be where, and pages, which are where they have been touched (the host knows those: host_next).
 *
 * Pages are of two sorts. One of a file is the file's: it is mapped in areas that show the file, and goes with it.  One that belongs to memories, a copy or anonymous,
 * is counted: fork shares it, read-only, and who writes to a page that is shared gets a copy.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <unix/host.h>
#include <unix/kinds.h>

struct node;
struct process;

struct area {
	uint64_t start, end;
	struct area *next;			/* ascending, apart */
	struct node *node;			/* content; NULL: zeroes */
	uint64_t offset;			/* in the node, of start: in bytes, whole pages */
	uint8_t rights, may;			/* RIGHT_*: what is allowed now, and what mprotect can ask for */
	bool sharing;				/* MAP_SHARED: writes are the node's */
	bool grows;				/* a stack: down to the next area, within RLIMIT_STACK */
	uint8_t name;				/* enum area_name, for /proc */
};

enum area_name { AREA_PLAIN, AREA_HEAP, AREA_STACK, AREA_VDSO, AREA_VVAR };

struct memory {
	struct host_space host;
	uint32_t users;				/* processes: two between vfork and execve */
	struct area *first, *last_used;
	uint64_t brk_start, brk;
	uint64_t top;				/* mmap goes down from here */
	uint64_t bytes;				/* in all areas: RLIMIT_AS */
	uint64_t pages, pages_most;		/* counted ones that are resident */
	struct node *program;			/* what was executed: /proc/self/exe */
};

struct memory_state {
	uint32_t *counts;			/* of each page frame, by number: how many memories have it, less one */
	uint32_t frames;
	uint64_t resident;
	page_t zero;				/* shown where zeroes are only read */
	page_t vdso[2];				/* its code, and its data */
};

int memory_begin(void);
struct memory *memory_create(void);		/* empty, one user; NULL: there is no memory */
struct memory *memory_fork(struct memory *from);	/* a copy, page by page when written */
void memory_drop(struct memory *m);		/* the last user's ends it */

/*
 * The page at ADDRESS is there for ACCESS.  0; -EFAULT: nothing may be there, or not so (SIGSEGV); -ENXIO: behind the file's end (SIGBUS); -ENOMEM.
 */
int memory_fault(struct process *p, uint64_t address, unsigned access);

/*
 * An area in place of what is there, of whole pages; NODE NULL: zeroes.  0, -ENOMEM, -EINVAL.  The node is held as long as the area is.
 */
struct area_request {
	uint64_t start, bytes, offset;
	struct node *node;
	uint8_t rights, may, name;
	bool sharing, grows;
};
int memory_map(struct process *p, const struct area_request *request);
int memory_unmap(struct process *p, uint64_t start, uint64_t bytes);
uint64_t memory_room(const struct memory *m, uint64_t bytes);	/* a free place, from the top down; 0: none */

struct area *area_at(struct memory *m, uint64_t address);	/* NULL: none */

/* Page frames that areas and files share.  page_make: cleared; 0: there is none. */
page_t page_make(void);
void page_free(page_t page);

/* NODE's pages from FIRST on are not shown any more where they are mapped: it was cut. */
void memory_forget(struct node *node, uint64_t first);
