/* SPDX-License-Identifier: BSD-2-Clause */
/* Between the files of the self-test kernel. */
#pragma once

/* The kernel's half of the address space, entry by entry: panics at the first that paging.c does not promise. */
void tables_walk(void);
