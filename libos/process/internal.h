/* SPDX-License-Identifier: BSD-2-Clause */
/* What process's files have of each other. */
#pragma once

#include <janus/status.h>
#include "process.h"

/* pages.c: an access to a page was refused; true: it is allowed now. */
bool page_written(uint64_t address);

/* The pages that are there become the parent's and the child's, in SLOT; in the child, they are borrowed; no child has any any more. */
enum status pages_lend(uint64_t slot);
void pages_borrowed(void);
void pages_returned(void);

/* fork.c: children that have not been waited for. */
unsigned children_alive(void);

/* The name of a child; 0: it is none. */
uint64_t child_name(int child);

/* signal.c: exceptions and entries become signals; also in a new process. */
void signals_begin(void);
