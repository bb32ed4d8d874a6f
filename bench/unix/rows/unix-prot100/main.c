/* SPDX-License-Identifier: BSD-2-Clause */
#define PAGES	100ul
#define BATCH	20
#define BEFORE	(PROT_READ | PROT_WRITE)
#define AFTER	PROT_READ
#include "protect.h"
