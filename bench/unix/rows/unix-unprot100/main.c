/* SPDX-License-Identifier: BSD-2-Clause */
#define PAGES	100ul
#define BATCH	20
#define BEFORE	PROT_READ
#define AFTER	(PROT_READ | PROT_WRITE)
#include "protect.h"
