/* SPDX-License-Identifier: BSD-2-Clause */
/* Mappings that a call of this space takes away, PAGES at once, each with CHILD or without.  A batch's pages are mapped before it is measured. */
#pragma once

#include "l4_partner.h"

#include <l4/memory.h>

#define SOURCE	0x100000000ul		/* the pages that all are derived from */
#define OWN	0x200000000ul
#define CHILD_AT 0x300000000ul
