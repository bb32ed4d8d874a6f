/* SPDX-License-Identifier: BSD-2-Clause */
/* What a test says to the host of the unit tests, and learns from it. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <unix/host.h>

/* A fresh machine with so many page frames, its arena begun. */
void fake_begin(unsigned pages);
void fake_machine(unsigned pages);	/* the same, for unix_begin, which begins the arena */
void fake_end(void);

extern unsigned fake_pages;		/* free ones: none left makes host_page_take and, at 0, everything else that allocates fail */
extern unsigned fake_shared;		/* pages that the arena may still grow by */
extern bool fake_forgets;		/* mappings that are not counted are not written down */
extern uint64_t fake_clock, fake_alarm;
extern void (*fake_meanwhile)(struct task *t);	/* what others do while T waits: called once a wait, without the lock */
extern char fake_console[65536];	/* what was written */
extern size_t fake_console_bytes;
extern char fake_log[1024];		/* the last line */
