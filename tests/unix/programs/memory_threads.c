/* SPDX-License-Identifier: BSD-2-Clause */
/* Two threads touch the same fresh pages, one reading, one writing, and the kernel writes between them. */
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#define PAGE	4096ul
#define PAGES	48

static char *memory;
static volatile int at;
static volatile int seen[PAGES];

/* Each page: before it is written it is zeroes, and afterwards what was written. */
static void *
reader(void *unused)
{
	for (int i = 0; i < PAGES; i++) {
		while (at < 2 * i)
			sched_yield();
		seen[i] = memory[i * PAGE];
		at = 2 * i + 1;
		while (at < 2 * i + 2)
			sched_yield();
		seen[i] = seen[i] * 1000 + memory[i * PAGE];
	}
	return unused;
}

int
main(void)
{
	pthread_t thread;
	int channel[2], total = 0;

	memory = mmap(NULL, PAGES * PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (memory == MAP_FAILED || pipe(channel) || pthread_create(&thread, NULL, reader, NULL))
		return 1;
	for (int i = 0; i < PAGES; i++) {
		char c = (char)(i + 1);
		while (at < 2 * i + 1)
			sched_yield();
		if (i % 2)
			memory[i * PAGE] = c;
		else if (write(channel[1], &c, 1) != 1 || read(channel[0], memory + i * PAGE, 1) != 1)
			return 1;
		at = 2 * i + 2;
	}
	pthread_join(thread, NULL);
	for (int i = 0; i < PAGES; i++)
		total += seen[i] == i + 1;
	printf("%d of %d pages\n", total, PAGES);
	return 0;
}
