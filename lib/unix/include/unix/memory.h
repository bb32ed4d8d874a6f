/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A process's memory: areas, which say what may be where, and pages, which are where they have been touched (the host knows those: host_next).
 *
 * Pages are of two sorts.  One of a file is the file's: it is mapped in areas that show the file, and goes with it.  One that belongs to memories, anonymous or a copy,
 * is counted: fork shares it, read-only, and who writes to a page that is shared gets a copy.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <unix/host.h>
#include <unix/kinds.h>

struct node;
struct process;

#define MEMORY_END	0x7ffffffff000ul	/* of a program's addresses */
#define MEMORY_LOW	0x10000ul		/* below it nothing is mapped but where a program asks for it */

struct area {
	uint64_t start, end;
	struct area *next, *before;		/* ascending, apart */
	struct node *node;			/* content, held; NULL: zeroes */
	uint64_t offset;			/* in the node, of start: in bytes, whole pages */
	uint8_t rights, may;			/* RIGHT_*: what is allowed now, and what mprotect can ask for */
	bool sharing;				/* MAP_SHARED: writes are the node's */
	bool grows;				/* a stack: down to the next area, within RLIMIT_STACK */
	uint8_t name;				/* enum area_name, for /proc */
	uint32_t run;				/* pages that came last, one behind the other */
	uint64_t run_end;			/* behind the last of them */
};

enum area_name { AREA_PLAIN, AREA_HEAP, AREA_STACK, AREA_VDSO, AREA_VVAR };

struct memory {
	struct host_space host;
	uint32_t users;				/* processes: two between vfork and execve */
	struct area *first;
	struct area *recent;			/* where the last search ended; NULL: nowhere */
	uint64_t brk_start, brk;
	uint64_t top;				/* mmap goes down from here */
	uint64_t bytes;				/* in all areas: RLIMIT_AS */
	uint64_t pages, pages_most;		/* counted ones that are resident */
	struct node *program;			/* what was executed, held: /proc/self/exe */
};

struct memory_state {
	uint32_t *shares;			/* of each page frame, by number: how many memories have it besides one */
	page_t zero;				/* shown where zeroes are only read */
};

int memory_begin(void);
struct memory *memory_create(void);		/* empty, one user; NULL: there is no memory */
struct memory *memory_fork(struct memory *from);	/* the same content, apart: a page is copied when it is written.  NULL: there is no memory */
void memory_drop(struct memory *m);		/* a user fewer; the last one's ends it */

/*
 * The page at ADDRESS is there for ACCESS, RIGHT_*.  0; -EFAULT: nothing may be there (SEGV_MAPERR); -EACCES: not so (SEGV_ACCERR); -ENXIO: behind the file's end
 * (SIGBUS); -ENOMEM.
 */
int memory_fault(struct process *p, uint64_t address, unsigned access);

/* The area where the last search ended is there, and does not allow it: memory_fault would be -EACCES. */
static inline bool
memory_denies(const struct memory *m, uint64_t address, unsigned access)
{
	const struct area *a = m->recent;

	return a && address - a->start < a->end - a->start && access & ~(unsigned)a->rights;
}

/* An area in place of what is there, of whole pages.  0, -ENOMEM, -EINVAL. */
struct area_request {
	uint64_t start, bytes, offset;
	struct node *node;			/* NULL: zeroes.  The area holds it by itself */
	uint8_t rights, may, name;
	bool sharing, grows;
};
int memory_map(struct process *p, const struct area_request *request);
int memory_unmap(struct memory *m, uint64_t start, uint64_t bytes);	/* -ENOMEM: an area would be in two, and there is no memory for that */
uint64_t memory_room(const struct memory *m, uint64_t bytes);		/* a free place, from the top down; 0: none */

/* What reads from ADDRESS to below END bring where nothing is mapped: pages of a file, by number, 0 for those that it has not yet.  PAGE NULL: nothing of a file that is there. */
struct memory_view {
	uint64_t address, end;
	const page_t *page;
	unsigned rights;
};
struct memory_view memory_view(struct memory *m, uint64_t address);

/* A page of the program's, as the core wants to see or, with RIGHT_WRITE, write it: for what a copy cannot do.  0, or memory_fault's error. */
int memory_page(struct process *p, uint64_t address, unsigned access, page_t *page);

/*
 * A page of a program's image, to be changed by the host and not by the program, whose rights stay: from now on this memory's own, as after a write.  -EACCES: it is not
 * of a file, shared, or can be written; -EFAULT, -ENOMEM.
 */
int memory_patch(struct process *p, uint64_t address, page_t *page);

struct area *area_at(struct memory *m, uint64_t address);	/* NULL: none */
bool memory_inside(uint64_t start, uint64_t bytes);		/* all of it are addresses that a program can have */

/* Page frames.  page_make: cleared; 0: there is none. */
page_t page_make(void);
void page_return(page_t page);

/* NODE was cut: its pages from number FIRST on are not shown any more where they are mapped, nor copies of them. */
void memory_forget(const struct node *node, uint64_t first);
