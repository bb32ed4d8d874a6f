/* SPDX-License-Identifier: BSD-2-Clause */
#include "child.h"

#include <fcntl.h>
#include <stdio.h>

#define PROGRAMS	50

/* What the system says of the page tables that it keeps beside the kernel's. */
static int64_t
shadow_bytes(void)
{
	FILE *file = fopen("/proc/slabinfo", "re");
	long taken = 0, size = 0;
	char line[128];

	while (file && !size && fgets(line, sizeof(line), file))
		sscanf(line, "shadow %ld %*d %ld", &taken, &size);
	if (!size)
		bench_fail("/proc/slabinfo does not say what the shadow has");
	fclose(file);
	return taken * size;
}

/* A program that has copied a byte from `in` to `out` and waits for the next. */
static pid_t
program_start(int in, int out)
{
	static char *const argv[] = { "/busybox", "cat", NULL };
	pid_t pid = fork();

	if (!pid) {
		dup2(in, STDIN_FILENO);
		dup2(out, STDOUT_FILENO);
		execv(argv[0], argv);
		_exit(127);
	}
	return pid;
}

static int64_t
sample(void)
{
	int in[PROGRAMS][2], out[2];
	pid_t pid[PROGRAMS];
	char c = 0;

	if (pipe2(out, O_CLOEXEC))
		bench_fail("no pipe");
	int64_t before = shadow_bytes();
	for (int i = 0; i < PROGRAMS; i++) {
		if (pipe2(in[i], O_CLOEXEC) || write(in[i][1], &c, 1) != 1)
			bench_fail("no pipe");
		pid[i] = program_start(in[i][0], out[1]);
		if (pid[i] < 0 || read(out[0], &c, 1) != 1)
			bench_fail("no program");
	}
	int64_t after = shadow_bytes();
	for (int i = 0; i < PROGRAMS; i++) {
		close(in[i][0]);
		close(in[i][1]);
		child_wait(pid[i]);
	}
	close(out[0]);
	close(out[1]);
	return after - before;
}

const struct benchmark benchmark = { .sample = sample, .repetitions = 5, .units = PROGRAMS };
