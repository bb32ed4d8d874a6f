/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Cache colours: clients get pages of the colours FIRST to LAST, the arguments, alone.  Two such pagers with different colours divide a physically indexed cache
 * between their clients.  Nothing is shared: a shared page has one colour.
 */
#include <janus/setting.h>
#include "pager.h"

#define COLOURS	64

bool
pager_policy(int argc, char **argv, struct pager_policy *policy)
{
	uint64_t first, last;

	if (argc != 3 || !setting_number(argv[1], 0, COLOURS - 1, &first) || !setting_number(argv[2], first, COLOURS - 1, &last))
		return false;
	*policy = (struct pager_policy){ .colours = ~0ul >> (COLOURS - 1 - (last - first)) << first };
	return true;
}
