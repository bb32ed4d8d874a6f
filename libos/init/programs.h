/* SPDX-License-Identifier: BSD-2-Clause */
/* The programs that init started: what each was given, so that all of it comes back when it ends. */
#pragma once

#include <exo/init.h>
#include <exo/load.h>
#include "init_plan.h"

struct program {
	const struct plan_program *plan;
	struct environment environment;
	bool alive;
	uint64_t begun;			/* times that it had been begun before */
	uint64_t granted;		/* pages of its allowance beyond those that its line names: they can be revoked */
	struct init_page *page;		/* what it is answered */
	struct page_token ports, irq, device;	/* capabilities of its devices; payload 0: none */
};

/* Start program N of PLAN as ALL[N], for the first time or again; those that it uses have been.  Who uses it finds its new name.  What goes wrong leaves nothing behind. */
enum status program_start(struct program *all, const struct plan *plan, unsigned n, uint64_t own_name);

/* It is gone, and what it had is init's again. */
void program_stop(struct program *p);

/* What it waits for. */
void program_answer(struct program *p, enum status status, uint64_t value);
