/* SPDX-License-Identifier: BSD-2-Clause */
/* For a personality in which a program cannot start threads yet: the idle thread is all the company there is. */
#include "company.h"

void
company_start(void)
{
}
