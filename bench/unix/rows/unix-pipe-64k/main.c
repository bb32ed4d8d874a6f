/* SPDX-License-Identifier: BSD-2-Clause */
/* A chunk of 64 KiB from one process to another through a pipe. */
#include "bench.h"

#include <unistd.h>

#define CHUNK	65536

static char chunk[CHUNK];
static int to_reader, from_reader;

static void
reader(int in, int out)
{
	static char received[CHUNK];

	for (long got = 0, n; (n = read(in, received, CHUNK)) > 0;) {
		got += n;
		if (got == CHUNK) {
			got = 0;
			if (write(out, "", 1) != 1)
				break;
		}
	}
	_exit(0);
}

static void
setup(void)
{
	int data[2], done[2];

	if (pipe(data) || pipe(done))
		bench_fail("no pipe");
	pid_t pid = fork();
	if (pid < 0)
		bench_fail("no other process");
	if (!pid) {
		close(data[1]);
		close(done[0]);
		reader(data[0], done[1]);
	}
	close(data[0]);
	close(done[1]);
	to_reader = data[1];
	from_reader = done[0];
}

static void
send_chunk(void)
{
	long left = CHUNK;
	char c;

	while (left > 0) {
		long n = write(to_reader, chunk + CHUNK - left, (size_t)left);

		if (n <= 0)
			bench_fail("the reader has gone");
		left -= n;
	}
	if (read(from_reader, &c, 1) != 1)
		bench_fail("the reader has gone");
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		send_chunk();
}

const struct benchmark benchmark = { .setup = setup, .run = run, .batch = 50 };
