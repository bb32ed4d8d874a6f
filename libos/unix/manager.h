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

/* --- setting.c -------------------------------------------------------------------------------------------------------------------- */

void boot_find(void);			/* boot information and archive, else the domain ends */

struct settings {
	bool rewrites, counts;
	const char *deaths;		/* NULL: none */
};
void settings_read(struct settings *s, const char *name);	/* of the manifest's line of that name; one that is wrong ends the machine */

/* --- begin.c --------------------------------------------------------------------------------------------------------------------- */

void domain_begin(void);		/* takes all memory */
const void *archive_copy(size_t *bytes);	/* where all programs can read it; what is left is free */
uint64_t allowance_left(void);
uint64_t domain_pages(void);

/* --- environment.c ------------------------------------------------------------------------------------------------------------------- */

void environment_add(void);		/* one more is idle, or the domain is exhausted */
enum status environment_restart(struct environment *e);

/* --- stopped.c ----------------------------------------------------------------------------------------------------------------------- */

#define LONGEST 100			/* slices: the manager works so long, or gives them to one who has the lock, and no longer */
extern unsigned slices_ended;		/* in which the manager was at work, since its last round began */

void deaths_begin(const char *name);	/* the setting deaths=NAME, or NULL */
void fallen_end(void);			/* programs whose environments began again since it was called last */
