/* SPDX-License-Identifier: BSD-2-Clause */
/* Two processes of one session, and calls on descriptors with text of the test. */
#pragma once

#include <stdint.h>
#include <unix/arena.h>
#include <unix/calls.h>
#include "host.h"

#define P(pointer) ((uint64_t)(uintptr_t)(pointer))
#define BAD 8ul				/* an address that is nobody's */

extern struct task *leader;		/* of process, group and session 7; its terminal is the console, in whose foreground it is */
extern struct task *other;		/* of process and group 9 in session 7 */

/* Signals are only noted: the last one, whom it went to, and how many there were. */
struct world_signals {
	int number, count;
	int32_t group;			/* 0: it went to PROCESS */
	const struct process *process;
};
extern struct world_signals signals;
extern bool world_ignored, world_orphaned;	/* what signal_ignored, group_orphaned say */

int world_begin(void **state);
int world_end(void **state);		/* all that was taken is given back */

int64_t read_fd(struct task *t, int fd, void *to, uint64_t bytes);
int64_t write_fd(struct task *t, int fd, const void *from, uint64_t bytes);
int64_t put(int fd, const char *text);		/* the leader writes */
const char *got(int fd);			/* the leader reads, at most 255 bytes; an error as "-EAGAIN" and the like */
int64_t control(int fd, unsigned request, void *argument);
void close_fd(int fd);
void flag(int fd, uint32_t flags);		/* O_NONBLOCK or 0 */
unsigned polled(int fd, unsigned events);
