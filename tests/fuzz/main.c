/* SPDX-License-Identifier: BSD-2-Clause */
/* libFuzzer's entry: the bytes are choices for the operation sequence of one module. */
#include <stdio.h>
#include <stdlib.h>
#include "unit.h"

extern const struct operations OPERATIONS;	/* -DOPERATIONS=ops_<module> */

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count);

int
LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t count)
{
	operations_replay(&OPERATIONS, bytes, count);
	return 0;
}

void
unit_panic(const char *text)
{
	fprintf(stderr, "%s\n", text);
	abort();
}
