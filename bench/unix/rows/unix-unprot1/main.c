/* SPDX-License-Identifier: BSD-2-Clause */
#define PAGES	1ul
#define BATCH	100
#define BEFORE	PROT_READ
#define AFTER	(PROT_READ | PROT_WRITE)
#include "protect.h"
