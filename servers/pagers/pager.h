/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What distinguishes one pager from another.  All of them give a client pages of its own with what is there at first, zeroes or the image's content, when
 * they are touched; who reads only may be shown the image itself.
 */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct pager_policy {
	bool shares;		/* pages that are only read are the image's, for all clients the same */
	uint64_t colours;	/* pages come from these cache colours alone; 0: any */
};

/* What the program's arguments say.  False: they are not understood. */
bool pager_policy(int argc, char **argv, struct pager_policy *policy);
