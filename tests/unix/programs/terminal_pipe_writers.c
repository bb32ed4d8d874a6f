/* SPDX-License-Identifier: BSD-2-Clause */
/* Eight writers of one pipe: records of up to PIPE_BUF bytes are never mixed, and those of each come in their order.  Then a ring of processes. */
#include <limits.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>
#include "say.h"

#define WRITERS 8
#define RECORDS 40

static void
writer(int fd, unsigned who)
{
	static unsigned short record[PIPE_BUF / 2];

	for (unsigned n = 0; n < RECORDS; n++) {
		unsigned words = 2 + (who * 311 + n * 173) % (PIPE_BUF / 2 - 2);
		record[0] = (unsigned short)words;
		for (unsigned i = 1; i < words; i++)
			record[i] = (unsigned short)(who << 8 | n);
		if (write(fd, record, words * 2) != (ssize_t)words * 2)
			_exit(1);
	}
	_exit(0);
}

static int
read_all(int fd, void *to, size_t bytes)
{
	size_t done = 0;
	ssize_t n;

	while (done < bytes && (n = read(fd, (char *)to + done, bytes - done)) > 0)
		done += (size_t)n;
	return done == bytes;
}

int
main(void)
{
	static unsigned short words, body[PIPE_BUF / 2];
	unsigned next[WRITERS] = { 0 }, records = 0, wrong = 0;
	int end[2], status, ring[5][2];

	pipe(end);
	for (unsigned who = 0; who < WRITERS; who++) {
		if (!fork())
			writer(end[1], who);
	}
	close(end[1]);
	while (read_all(end[0], &words, 2) && words < PIPE_BUF / 2 && read_all(end[0], body, words * 2ul - 2)) {
		unsigned who = body[0] >> 8;
		wrong += who >= WRITERS || (body[0] & 255) != next[who]++;
		for (unsigned i = 1; i + 1u < words; i++)
			wrong += body[i] != body[0];
		records++;
	}
	printf("%u records, %u wrong\n", records, wrong);
	for (unsigned i = 0; i < WRITERS; i++) {
		wait(&status);
		printf("%d ", status);
	}
	printf("\n");
	fflush(stdout);

	for (unsigned i = 0; i < 5; i++)
		pipe(ring[i]);
	for (unsigned i = 1; i < 5; i++) {
		if (fork())
			continue;
		int number;
		while (read_all(ring[i - 1][0], &number, sizeof(number)) && number >= 0) {
			number++;
			write(ring[i][1], &number, sizeof(number));
		}
		write(ring[i][1], &number, sizeof(number));
		_exit(0);
	}
	int number = 0;
	for (unsigned round = 0; round < 100; round++) {
		write(ring[0][1], &number, sizeof(number));
		read_all(ring[4][0], &number, sizeof(number));
	}
	printf("%d\n", number);
	number = -1;
	write(ring[0][1], &number, sizeof(number));
	while (wait(&status) > 0)
		;
	return 0;
}
