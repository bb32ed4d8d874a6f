/* SPDX-License-Identifier: BSD-2-Clause */
/* Demand-zero: a page when it is touched, and nothing shared. */
#include "pager.h"

bool
pager_policy(int argc, char **argv, struct pager_policy *policy)
{
	*policy = (struct pager_policy){ 0 };
	return argc == 1;
}
