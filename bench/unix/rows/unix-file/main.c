/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <fcntl.h>
#include <unistd.h>

#define FILE_NAME	"/tmp/created"
#define BYTES		1024

static char content[BYTES];

static void
transfer(int flags, ssize_t (*act)(int, void *, size_t))
{
	int file = open(FILE_NAME, flags, 0644);

	if (file < 0 || act(file, content, BYTES) != BYTES || close(file))
		bench_fail("the file is not as it should be");
}

static ssize_t
put(int file, void *from, size_t bytes)
{
	return write(file, from, bytes);
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count) {
		transfer(O_CREAT | O_EXCL | O_WRONLY, put);
		transfer(O_RDONLY, read);
		if (unlink(FILE_NAME))
			bench_fail("the file does not go");
	}
}

const struct benchmark benchmark = { .run = run, .batch = 100 };
