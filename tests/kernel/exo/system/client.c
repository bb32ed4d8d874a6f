/* SPDX-License-Identifier: BSD-2-Clause */
/* A program that init starts: says what it was given, reads a line if it is asked to, asks for memory, and ends as its last argument says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <exo/frames.h>
#include <exo/init.h>
#include <exo/pool.h>
#include <exo/stubs.h>

static void
read_line(const char *name)
{
	char line[64];
	size_t length = console_read(line, sizeof(line));

	printf("%s read %zu bytes: %.*s\n", name, length, (int)(length ? length - 1 : 0), line);
}

/* All pages of the allowance, and how many they were. */
static unsigned
take_all(void)
{
	struct page_token page;
	unsigned pages = 0;

	while (!page_alloc(FRAME_ANY, 0, &page))
		pages++;
	return pages;
}

static void
memory(const char *name)
{
	unsigned before = take_all();
	enum status more = init_ask(REQUEST_MEMORY, 10, NULL);
	unsigned after = take_all();
	enum status much = init_ask(REQUEST_MEMORY, 1ul << 40, NULL);

	printf("%s had %u pages, and %u more (%d, %d, %d)\n", name, before, after, more, much, init_ask(REQUEST_COUNT, 0, NULL));
}

int
main(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		printf("%s%s", i ? " " : "", argv[i]);
	printf("\n");
	for (int i = 1; i < argc; i++) {
		if (!strcmp(argv[i], "read"))
			read_line(argv[0]);
		if (!strcmp(argv[i], "memory"))
			memory(argv[0]);
		if (!strcmp(argv[i], "fault"))
			__builtin_trap();
		if (!strcmp(argv[i], "print"))
			for (int n = 0; n < 300; n++)
				printf("%s line %d\n", argv[0], n);
	}
	return argc > 1 ? atoi(argv[argc - 1]) : 0;
}
