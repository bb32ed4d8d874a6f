/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Visible revocation.  Who holds a capability with RIGHT_REVOKE to a space (its maker does, and hands it on) demands resources of it; the
 * space's library OS is told, and gives up what it chooses.  Past the bound, what it owes in pages can be taken by force; the kernel lists
 * what it took in the repossession vector, an array in the library OS's memory.
 *
 * The library OS writes into the vector beforehand which pages are to go, in its order of preference: entries from the first on, ended by one whose `what` is
 * 0.  Pages that it does not name go when these are used up.  An entry says afterwards what became of it; what was taken beyond those that
 * it named follows.  What does not fit in is not listed.
 */
#pragma once

#include <janus/kinds.h>

#define RIGHT_REVOKE		RIGHT_RECEIVE	/* of a space: demand, and take */

/* What is demanded. */
#define DEMAND_PAGES		1		/* of its allowance; what it holds beyond, it owes */
#define DEMAND_SLICES		2		/* who demands others than pages has capabilities to them, and can free them */
#define DEMAND_OTHER		3
#define DEMANDS			4

/* Upcalls to the addressing context, besides page faults (vector 14). */
#define UPCALL_DEMAND		256		/* `error`: how many are demanded; `address`: DEMAND_* */
#define UPCALL_REPOSSESSED	257		/* `error`: pages taken by force since it was last told */

/* The vector's entries. */
#define REPOSSESS_GIVE		1		/* may go */
#define REPOSSESS_DISCARD	2		/* may go, and nobody wants to know */
#define REPOSSESSED		4		/* went */
#define REPOSSESS_NOT_HELD	8		/* no page that the space holds */
#define REPOSSESS_MISSES	4096		/* so many of these force passes over; for each that comes then it takes another page */

#ifndef __ASSEMBLER__
#include <stdint.h>

struct repossession {
	uint64_t page;			/* physical address */
	uint64_t what;			/* REPOSSESS_* */
};
#endif
