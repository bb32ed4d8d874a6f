/* SPDX-License-Identifier: BSD-2-Clause */
/* Rights given and taken in ranges that lie anywhere in each other: what can be read and written afterwards, and which areas /proc shows. */
#include <sys/mman.h>
#include "show.h"

#define PAGE	4096
#define PAGES	24
#define ROUNDS	400

static char *memory;
static int fd[2];

static unsigned
next(void)
{
	static unsigned state = 1;

	return (state = state * 1103515245 + 12345) >> 16;
}

/* By a call, which says what a signal would. */
static int
can(unsigned page, int writing)
{
	char *at = memory + page * PAGE + 8;

	if (!writing)
		return write(fd[1], at, 1) == 1 && read(fd[0], &(char){ 0 }, 1) == 1;
	return write(fd[1], "x", 1) == 1 && (read(fd[0], at, 1) == 1 || (read(fd[0], &(char){ 0 }, 1), 0));
}

static void
show_rights(void)
{
	for (unsigned page = 0; page < PAGES; page++)
		putchar("-rwx"[can(page, 0) + can(page, 1)]);
}

/* Where areas end is each system's own. */
static void
show_areas(void)
{
	FILE *f = fopen("/proc/self/maps", "r");
	unsigned long start, end, at = (unsigned long)memory;
	char shown[PAGES + 1] = { 0 }, rights[8];

	memset(shown, '.', PAGES);
	for (char line[300]; fgets(line, sizeof(line), f);) {
		if (sscanf(line, "%lx-%lx %7s", &start, &end, rights) != 3)
			continue;
		for (unsigned page = 0; page < PAGES; page++) {
			if (at + page * PAGE >= start && at + page * PAGE < end)
				shown[page] = rights[1] == 'w' ? 'w' : rights[0];
		}
	}
	fclose(f);
	puts(shown);
}

int
main(void)
{
	static const int rights[] = { PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE };

	DO(pipe(fd));
	memory = mmap(NULL, (PAGES + 2) * PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	memory += PAGE;
	DO(mprotect(memory, PAGES * PAGE, PROT_READ | PROT_WRITE));
	for (unsigned page = 0; page < PAGES; page += 2)
		memory[page * PAGE] = 1;
	for (unsigned i = 0; i < ROUNDS; i++) {
		unsigned first = next() % PAGES, pages = 1 + next() % (next() % 4 ? 2 : PAGES), right = next() % 3;
		if (pages > PAGES - first)
			pages = PAGES - first;
		int failed = mprotect(memory + first * PAGE, pages * PAGE, rights[right]);
		printf("%u+%u %u: %d ", first, pages, right, failed);
		show_rights();
		putchar(' ');
		show_areas();
	}
	SHOW(mprotect(memory + 1, PAGE, PROT_READ));
	SHOW(mprotect(memory, 0, PROT_READ));
	SHOW(mprotect(memory, (size_t)-PAGE, PROT_READ));
	SHOW(mprotect((void *)-PAGE, 2 * PAGE, PROT_READ));
	SHOW(mprotect(memory, PAGE, 0x40000000));
	DO(munmap(memory + 4 * PAGE, PAGE));
	SHOW(mprotect(memory, 8 * PAGE, PROT_READ));
	SHOW(mprotect(memory + 4 * PAGE, PAGE, PROT_READ));
	show_rights();
	putchar(' ');
	show_areas();
	int file = open("/proc/self/exe", O_RDONLY);
	char *shown = mmap(NULL, 3 * PAGE, PROT_READ, MAP_SHARED, file, 0);
	SHOW(mprotect(shown + PAGE, PAGE, PROT_READ | PROT_WRITE));
	SHOW(mprotect(shown + PAGE, PAGE, PROT_NONE));
	SHOW(mprotect(shown, 3 * PAGE, PROT_READ));
	SHOW(memcmp(shown, "\177ELF", 4));
	return 0;
}
