/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <fcntl.h>
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
	BENCH_LOOP(count)
		if (close(open(FILE_NAME, O_RDONLY)))
			bench_fail("the file does not open");
}

const struct benchmark benchmark = { .setup = setup, .run = run };
