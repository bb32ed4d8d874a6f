/* SPDX-License-Identifier: BSD-2-Clause */
/* Other processes, with floating-point state, asleep on a pipe that ends when the measured one does: so do they. */
#include "bench.h"
#include "company.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define COMPANIONS	100

static void
companion(int until_end)
{
	char c;

	floating_point_use();
	_exit(read(until_end, &c, 1) != 0);
}

void
company_start(void)
{
	int end[2];

	if (pipe2(end, O_CLOEXEC))
		bench_fail("no pipe for other processes");
	for (int i = 0; i < COMPANIONS; i++) {
		pid_t pid = fork();

		if (pid < 0)
			bench_fail("no other processes");
		if (!pid) {
			close(end[1]);
			companion(end[0]);
		}
	}
	close(end[0]);
}
