/* SPDX-License-Identifier: BSD-2-Clause */
/* Copy-on-write: clients read the same image, and have a page of their own when they write. */
#include "pager.h"

bool
pager_policy(int argc, char **argv, struct pager_policy *policy)
{
	*policy = (struct pager_policy){ .shares = true };
	return argc == 1;
}
