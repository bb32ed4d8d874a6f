/* SPDX-License-Identifier: BSD-2-Clause */
/* Whose faults a pager answers, and what they have where.  No system call: the host tests it. */
#pragma once

#include <stdint.h>
#include <janus/status.h>

#define CLIENTS	16
#define REGIONS	32		/* of a client */

struct region {
	uint64_t start, pages;
	unsigned rights;
	uint64_t content;	/* where the image's pages are here; 0: zeroes */
};

struct client {
	uint64_t badge;		/* 0: nobody */
	unsigned regions;
	struct region region[REGIONS];
};

struct clients {
	struct client client[CLIENTS];
};

struct client *client_of(struct clients *c, uint64_t badge);

/* BADGE has nothing yet.  ERR_LIMIT. */
enum status client_adopt(struct clients *c, uint64_t badge);

/* ERR_NOT_FOUND: no such client; ERR_LIMIT; ERR_BAD_VALUE: empty, beyond all addresses, or over another region. */
enum status region_add(struct clients *c, uint64_t badge, struct region region);

const struct region *region_at(const struct client *client, uint64_t address);
