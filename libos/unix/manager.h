/* SPDX-License-Identifier: BSD-2-Clause */
/* The manager's own: what begins a domain, and its environments. */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <exo/stubs.h>
#include <janus/slots.h>
#include <janus/status.h>
#include "domain.h"

void must(enum status status, const char *what);	/* else the machine ends */

/* --- manifest.c ------------------------------------------------------------------------------------------------------------------ */

void boot_find(void);			/* boot information and archive, else the domain ends */
void settings_each(const char *name, void (*read)(void *to, const char *key, const char *value), void *to);	/* of the manifest's line of that name */
void setting_wrong(const char *key, const char *value, const char *known) __attribute__((noreturn));	/* the machine ends */

/* --- setting.c -------------------------------------------------------------------------------------------------------------------- */

struct settings {
	bool rewrites, counts;
	const char *deaths;		/* NULL: none */
};
void settings_read(struct settings *s, const char *name);	/* of the manifest's line of that name; one that is wrong ends the machine */

/* --- begin.c --------------------------------------------------------------------------------------------------------------------- */

void domain_begin(int words);		/* takes all memory; WORDS of a line in the manifest, which has a program in it */
uint64_t allowance_left(void);
uint64_t domain_pages(void);

/* --- first.c --------------------------------------------------------------------------------------------------------------------- */

void archive_begin(void);		/* the boot archive is behind the arena, where all programs can have its pages; what is left is free */
void program_begin(char **argument);	/* the first, from the boot archive; its arguments end with NULL */
int program_code(void);			/* the exit code that a shell would give it, when it has ended */
uint64_t ticks_of(uint64_t deadline);	/* of the time-stamp counter */

/* --- environment.c ------------------------------------------------------------------------------------------------------------------- */

void environment_add(void);		/* one more is idle, or the domain is exhausted */
void environment_fund(uint64_t number);	/* it has asked for more kernel memory */
void environments_end(void);		/* idle ones, until some frames are free again */
enum status environment_restart(struct environment *e);

/* --- stopped.c ----------------------------------------------------------------------------------------------------------------------- */

struct context;
void slice_ends(struct context *c);	/* the upcall; domain_ends (domain.h) and this are in each placement's own file: here, or protected/main.c */

#define LONGEST 100			/* slices: the manager works so long, or gives them to one who has the lock, and no longer */
extern unsigned slices_ended;		/* in which the manager was at work, since its last round began */

void deaths_begin(const char *name);	/* the setting deaths=NAME, or NULL */
void fallen_end(void);			/* programs whose environments began again since it was called last */
