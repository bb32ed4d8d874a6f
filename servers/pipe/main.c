/* SPDX-License-Identifier: BSD-2-Clause */
/* The pipe as a program of its own. */
#include <stdlib.h>
#include <l4/thread.h>
#include "pipe.h"

int
main(void)
{
	pipe_run(environment_service());
	return EXIT_SUCCESS;
}
