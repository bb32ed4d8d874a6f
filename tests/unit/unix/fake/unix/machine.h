/* SPDX-License-Identifier: BSD-2-Clause */
/* The host of the unit tests: see ../host.c. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define UNIX_ARENA		0x500000000000ul
#define UNIX_ARENA_LIMIT	(256ul << 20)
#define UNIX_WINDOW		0x510000000000ul
#define HOST_RUN		8

struct host_mapping;

struct host_space {
	struct host_mapping *mapping;	/* ascending */
	unsigned mappings, room;
};

struct host_thread {
	unsigned started, interrupted, moved;
	uint64_t time;
};

static inline bool host_owns(uint64_t start, uint64_t end) { return false; }
