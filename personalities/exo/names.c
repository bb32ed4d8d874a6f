/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Names of environments.  A name is an index into one table and a generation, so that a name outlives what it named without ever
 * naming anything else.  Names are no secret and give no right: they say whom to enter, and whoever is entered is so at its entry.
 */
#include "check.h"
#include "core/bootinfo.h"
#include "core/quota.h"
#include "personalities/exo/exo.h"

struct name_entry exo_names[NAMES + 1];

static u64 first_free;			/* entries before it are somebody's */
static u64 last_generation;		/* 48 bits: as many environments do not come to be */

void
names_init(void)
{
	for (unsigned i = 0; i < NAMES; i++)
		exo_names[i].fast = NAME_NONE;
}

enum status
name_give(struct thread *t)
{
	enum status status = quota_take(t->object.home, NAMES);
	u64 i = first_free;

	if (status)
		return status;
	while (exo_names[i].thread)
		i++;
	check_that(i < NAMES);
	first_free = i + 1;
	exo_names[i] = (struct name_entry){ .fast = NAME_NONE, .thread = t };
	environment_of(t)->name = ++last_generation << NAME_SHIFT | i << 4;
	return OK;
}

/* Segment bases pass with the other registers; where only the kernel can read them, the fast entry leaves that to C. */
void
name_open(struct thread *t)
{
	u64 name = environment_of(t)->name;

	if (bootinfo.features & BOOT_FEATURE_FSGSBASE)
		exo_names[(name & NAME_INDEX_MASK) / 16].fast = name;
}

void
name_take(struct thread *t)
{
	u64 i = (environment_of(t)->name & NAME_INDEX_MASK) / 16;

	if (exo_names[i].thread != t)
		return;
	exo_names[i] = (struct name_entry){ .fast = NAME_NONE };
	if (i < first_free)
		first_free = i;
	quota_give(t->object.home);
}

struct thread *
name_find(u64 name)
{
	struct thread *t = exo_names[(name & NAME_INDEX_MASK) / 16].thread;

	return t && environment_of(t)->name == name ? t : NULL;
}
