/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_NAME "/tmp/file"

static void
setup(void)
{
	int file = open(FILE_NAME, O_CREAT | O_WRONLY, 0644);

	if (file < 0 || close(file))
		bench_fail("no file");
}

static void
run(unsigned long count)
{
	struct stat st;

	BENCH_LOOP(count)
		if (stat(FILE_NAME, &st))
			bench_fail("the file is not there");
}

const struct benchmark benchmark = { .setup = setup, .run = run };
