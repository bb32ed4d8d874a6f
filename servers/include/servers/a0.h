/* SPDX-License-Identifier: BSD-2-Clause */
/* Where memory is in sigma0 and the root task: all of it, each page behind A0 by its physical address. */
#pragma once

#define A0		0x0000400000000000ul
#define A0_RECORDS	0x0000300000000000ul	/* sigma0's records of it, zero at first */
