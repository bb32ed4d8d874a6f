/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Bytes on their way from writers to readers, in page frames that are taken as they come and given back as they go; one stays for the next bytes.
 *
 *     0            head                head + fill            room
 *     │  not taken │▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓▓│ not taken            │       and from there on at 0 again
 *
 * Functions that move bytes give how many, fewer where a program's memory or a page frame is not there; an error if there are none.
 */
#pragma once

#include "objects.h"

#define RING_LIMIT (UNIX_PAGE / sizeof(page_t) * UNIX_PAGE)	/* of room */

static inline uint32_t
ring_left(const struct ring *r)
{
	return r->room - r->fill;
}

int64_t ring_put(struct ring *r, struct user_data *d, uint64_t bytes);	/* at most ring_left: -EFAULT, -ENOMEM */
int64_t ring_get(struct ring *r, struct user_data *d, uint64_t bytes);	/* at most all: -EFAULT */
bool ring_put_few(struct ring *r, struct task *t, uint64_t from, uint64_t bytes);	/* at most a page, at once or not at all */
uint64_t ring_get_few(struct ring *r, struct task *t, uint64_t to, uint64_t bytes);	/* likewise: of all that there are, how many; 0: not at once */
int64_t ring_peek(struct ring *r, struct user_data *d, uint64_t bytes, uint32_t offset);	/* they stay */
void ring_drop(struct ring *r, uint64_t bytes);
static inline void ring_take_back(struct ring *r, uint32_t bytes) { r->fill -= bytes; }	/* the last ones */
uint32_t ring_write(struct ring *r, const char *from, uint32_t bytes);	/* of the core's own: how many */
int ring_resize(struct ring *r, uint32_t room);				/* not below fill: -ENOMEM */
void ring_end(struct ring *r);
