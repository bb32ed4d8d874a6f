/* SPDX-License-Identifier: BSD-2-Clause */
/* Processes that are there and sleep, so that what costs more with each of them shows it. */
#pragma once

#include "child.h"

#include <signal.h>

#define CROWD_MAX	128

static pid_t crowd[CROWD_MAX];
static unsigned crowd_size;

static inline void
crowd_start(unsigned count)
{
	for (; crowd_size < count; crowd_size++) {
		pid_t pid = fork();

		if (pid < 0)
			bench_fail("there are too few processes");
		for (; !pid;)
			pause();
		crowd[crowd_size] = pid;
	}
}

static inline void
crowd_end(void)
{
	while (crowd_size) {
		kill(crowd[--crowd_size], SIGKILL);
		waitpid(crowd[crowd_size], NULL, 0);
	}
}
