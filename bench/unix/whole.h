/* SPDX-License-Identifier: BSD-2-Clause */
/* A whole program as one operation: made, run to its end with its output thrown away, and waited for. */
#pragma once

#include "child.h"
#include "clock.h"

#include <fcntl.h>

#define WHOLE_REPETITIONS	1	/* tens of millions of instructions; more boots say more than more repetitions */

static inline int64_t
whole_run(char *const argv[])
{
	int64_t begin = clock_read();
	pid_t pid = fork();

	if (!pid) {
		int null = open("/dev/null", O_WRONLY);

		dup2(null, STDOUT_FILENO);
		execv(argv[0], argv);
		_exit(127);
	}
	child_wait(pid);
	return clock_read() - begin;
}
