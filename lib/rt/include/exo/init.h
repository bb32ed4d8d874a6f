/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What init (libos/init) and the programs that it started say to each other.
 *
 * A program finds a page at INIT_PAGE, which init writes, and a setting "init" with init's name.  It asks by an asynchronous entry, and waits
 * until the page counts one more answer.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <exo/channel.h>
#include <exo/pool.h>
#include <janus/status.h>

#define INIT_PAGE	0x20000ul
#define INIT_CHANNELS	0x30000ul	/* of a client: those to the programs that it uses, in their order */
#define INIT_USES	4		/* as many at most */
#define INIT_CLIENTS	0x40000ul	/* of a service: those of its clients, in the order of the manifest */

struct init_page {
	uint64_t answers;		/* given, ever */
	uint64_t status;		/* the last one: enum status, */
	uint64_t value;			/* and what is said with it */
	uint64_t service[INIT_USES];	/* the environments' names of the programs that it uses: another when one was begun again */
};

enum init_request {
	REQUEST_NOTHING,		/* an entry that means nothing but that one should look */
	REQUEST_END,			/* the program is over; the word is its exit code.  There is no answer */
	REQUEST_MEMORY,			/* the word is a number of pages: that many more in the allowance */
	REQUEST_COUNT,
};

/* Ask, and wait for the answer.  ERR_NOT_FOUND: this program was not started by init. */
enum status init_ask(enum init_request request, uint64_t word, uint64_t *value);

/* The value of this program's setting KEY; NULL: it has none. */
const char *init_setting(const char *key);

/* The channel to the program NAME, which this one uses by its line of the manifest.  ERR_NOT_FOUND: it does not. */
enum status init_channel(struct channel *c, const char *name);

/* The capability that init handed on as setting KEY: "ports", "irq" or "device"; payload and mac 0: none. */
struct page_token init_capability(const char *key);

/*
 * A line from the console into TEXT, "\n" at its end unless it has more than BYTES; 0: the input is at its end, or there is no console.  BYTES
 * is at least 8.
 */
size_t console_read(char *text, size_t bytes);
