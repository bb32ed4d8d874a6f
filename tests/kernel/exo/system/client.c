/* SPDX-License-Identifier: BSD-2-Clause */
/* A program that init starts: says what it was given, reads a line if it is asked to, asks for memory, and ends as its last argument says. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <exo/frames.h>
#include <exo/init.h>
#include <exo/pool.h>
#include <exo/stubs.h>
#include <exo/wait.h>
#include <janus/kinds.h>

#define DEVICE_AT	0x400000000ul
#define DEVICE_UNCACHED	2

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

static void
linger(void)
{
	uint64_t reason;

	call_wait(0, 0, __builtin_ia32_rdtsc() + 300000000, &reason);
}

static void
rest(void)
{
	uint64_t reason;

	for (;;)
		call_wait(0, 0, WAIT_FOREVER, &reason);
}

/* Nearly all of the machine's memory, and no answer to any demand. */
static void
hog(const char *name)
{
	unsigned had = take_all(), more = 0;

	for (uint64_t part = 1ul << 20; part; part /= 2)
		while (!init_ask(REQUEST_MEMORY, part, NULL))
			more += take_all();
	printf("%s has %u pages, and %s of the machine's\n", name, had, more > 10000 ? "most" : "few");
	rest();
}

/* Asks when others have had theirs; gets it at their expense. */
static void
late(const char *name)
{
	linger();
	enum status status = init_ask(REQUEST_MEMORY, 500, NULL);
	printf("%s is told %d, and has %u\n", name, status, take_all());
}

#define ROUNDS	400			/* until the other has printed and lingers, on every kernel: init's line that it ended is then in no other line */

/* What a program can do to others with what it was given: nonsense in its channel, entries in floods, transfers to whoever is there. */
static void
hostile(void)
{
	volatile uint64_t *channel = (volatile uint64_t *)INIT_CHANNELS;
	uint64_t random = 0x9e3779b97f4a7c15;

	for (int round = 0; round < ROUNDS; round++) {
		for (unsigned i = 0; i < 2 * 4096 / sizeof(*channel); i += 1 + random % 7)
			channel[i] = random = random * 6364136223846793005 + 1442695040888963407;
		for (uint64_t name = 0x10000; name < 0x100000; name += 0x10010) {
			call_transfer_later(name, 2 + random % 5, random, random, random);
			call_transfer(name);
		}
		call_yield();
	}
	__builtin_trap();
}

/* The clock's first register, in the page of device memory that it was handed. */
static void
device(const char *name)
{
	struct page_token page = init_capability("device");
	enum status status = call_device_bind(DEVICE_AT, page.payload, page.mac, 0, RIGHT_READ, DEVICE_UNCACHED);

	printf("%s binds its device: %d\n", name, status);
	if (!status)
		printf("%s reads vendor %x\n", name, *(volatile uint32_t *)DEVICE_AT >> 16);
}

/* Times that this program had been begun before. */
static unsigned long
begun(void)
{
	const char *setting = init_setting("begun");

	return setting ? strtoul(setting, NULL, 0) : 0;
}

#define QUESTIONS	1000

/* A service of one client, who is told the double of each word.  The first dies in the midst of it, with words taken and none unanswered. */
static void
serve(const char *name)
{
	struct channel client;
	uint64_t word, reason;

	if (call_entry_queue(4))
		return;
	channel_service(&client, (void *)INIT_CLIENTS);
	for (unsigned n = 0; ; n++) {
		while (channel_poll(&client, &word))
			call_wait(0, 0, __builtin_ia32_rdtsc() + 1000000, &reason);
		if (n == 0)
			printf("%s serves from word %lu on\n", name, word);
		channel_answer(&client, 2 * word);
		if (!begun() && n == QUESTIONS / 2)
			__builtin_trap();
	}
}

/* Its client: sends as many words as it may before it takes an answer. */
static void
ask(const char *name)
{
	struct channel service;
	uint64_t word;
	unsigned right = 0;

	if (init_channel(&service, "service") || init_channel(&service, "nobody") != ERR_NOT_FOUND)
		return;
	for (uint64_t n = 0; n < QUESTIONS + 100; n++) {
		if (n < QUESTIONS && channel_send(&service, n))
			break;
		right += n >= 100 && !channel_receive(&service, &word) && word == 2 * (n - 100);
	}
	printf("%s has %u right answers\n", name, right);
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
		if (!strcmp(argv[i], "hostile"))
			hostile();
		if (!strcmp(argv[i], "rest"))
			rest();
		if (!strcmp(argv[i], "hog"))
			hog(argv[0]);
		if (!strcmp(argv[i], "linger"))
			linger();
		if (!strcmp(argv[i], "late"))
			late(argv[0]);
		if (!strcmp(argv[i], "device"))
			device(argv[0]);
		if (!strcmp(argv[i], "serve"))
			serve(argv[0]);
		if (!strcmp(argv[i], "ask"))
			ask(argv[0]);
		if (!strcmp(argv[i], "twice") && begun() < 2)
			__builtin_trap();
		if (!strcmp(argv[i], "fault"))
			__builtin_trap();
		if (!strcmp(argv[i], "print"))
			for (int n = 0; n < 300; n++)
				printf("%s line %d\n", argv[0], n);
	}
	return argc > 1 ? atoi(argv[argc - 1]) : 0;
}
