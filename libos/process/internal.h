/* SPDX-License-Identifier: BSD-2-Clause */
/* What process's files have of each other. */
#pragma once

#include <exo/pool.h>
#include "process.h"

/* pages.c: an access to a page was refused; true: it is allowed now. */
bool page_written(uint64_t address);

/* The pages that are there become the parent's and the child's, in SLOT; in the child, they are borrowed; no child has any any more. */
enum status pages_lend(uint64_t slot);
void pages_borrowed(void);
void pages_returned(void);

/* Give back up to COUNT frames of pages that a file has as they are. */
void pages_reclaim(uint64_t count);

/* Frames have been taken: those pages have none any more. */
void pages_lost(void);

/* reclaim.c: revocation comes to these two; also in a new process. */
void reclaim_begin(void);

/* --- family.c -------------------------------------------------------------------------------------------------------------------- */

#define FAMILY_PAGE	0xfff20000ul	/* the page that a child shares with its parent */
#define CHILD_SLOT	40		/* of child n's space: n slots further */
#define COPIES		160		/* pages of image and stack */

struct family {
	uint64_t ended, code;
};

struct child {
	uint64_t name;			/* 0: there is none */
	struct page_token copy[COPIES], page;
	unsigned copies;
	struct family *family;
	bool sliced;			/* it has a slice of its own; one that has not runs on its parent's, while that waits for it */
};

extern struct child children[CHILDREN + 1];
extern unsigned children_living;	/* that have not been waited for */
extern bool process_forked;		/* this process has a parent */

/* In a new process: the children that its memory knows are its parent's. */
void family_forget(void);

/* The child's environment goes, and with it what it had from us; its pages are ours again. */
void child_clear(int child);

/* The name of a child; 0: it is none. */
uint64_t child_name(int child);

/* signal.c: exceptions and entries become signals; also in a new process. */
void signals_begin(void);
