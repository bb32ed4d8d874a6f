/* SPDX-License-Identifier: BSD-2-Clause */
/* Several calls in one: an array of them, which has the results afterwards. */
#pragma once

#define BATCH_STOP	1		/* end at the first that fails */

#ifndef __ASSEMBLER__
#include <stdint.h>

struct batch_call {
	uint64_t call;			/* CALL_*: its status afterwards */
	uint64_t argument[6];		/* in the order of the stub; its results afterwards */
	uint64_t reserved;
};
#endif
