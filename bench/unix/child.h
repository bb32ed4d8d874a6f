/* SPDX-License-Identifier: BSD-2-Clause */
/* Processes that are made, end, and are waited for. */
#pragma once

#include "bench.h"

#include <sys/wait.h>
#include <unistd.h>

static inline void
child_wait(pid_t pid)
{
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		bench_fail("a process did not end as it should");
}

/* A process that becomes `argv` and ends. */
static inline void
child_run(char *const argv[])
{
	pid_t pid = fork();

	if (!pid) {
		execv(argv[0], argv);
		_exit(127);
	}
	child_wait(pid);
}
