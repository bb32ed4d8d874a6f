/* SPDX-License-Identifier: BSD-2-Clause */
/* The engine of random system calls: random.h.  The first half runs in workers, the second in the program's first thread. */
#include "random.h"

#include <stdio.h>
#include <string.h>

/* --- in workers: nothing is written but *w ------------------------------------------------------------------------------- */

static void
remember(struct random_worker *w, uint64_t number, uint64_t status)
{
	bool in_table = number < RANDOM_CALLS;
	uint32_t allowed = in_table ? call_rows[number].statuses : 1u << ERR_NO_CALL;

	if (status < 32 && allowed >> status & 1) {
		if (in_table)
			w->seen[number] |= 1u << status;
	} else if (!w->stray_status) {
		w->stray = w->made;
		w->stray.rax = number;
		w->stray_status = status ? status : ~0ul;
	}
}

unsigned
random_directed(struct random_worker *w, uint64_t number, struct random_registers *r)
{
	w->calls++;
	w->current = number;
	w->made = *r;
	random_syscall(r);
	uint64_t status = number < RANDOM_CALLS && call_rows[number].raw ? (uint32_t)r->rax : r->rax;
	remember(w, number, status);
	return status;
}

#define WILD	12			/* one argument in so many is anything */

static void
arguments_draw(struct random_worker *w, uint64_t number, struct random_registers *r)
{
	const struct call_row *row = &call_rows[number];

	for (int i = 0; i < 6 && row->unit[i] != UNIT_NONE; i++)
		r->argument[i] = random_below(w, WILD) ? random_argument(w, row->unit[i]) : random_edge(w);
}

/* The registers of a random call; returns its number. */
static uint64_t
call_draw(struct random_worker *w, struct random_registers *r)
{
	uint64_t number = random_number(w);

	for (unsigned i = 0; i < sizeof(*r) / sizeof(uint64_t); i++)
		((uint64_t *)r)[i] = random_word(w);
	if (random_below(w, 64) == 0) {
		number = random_below(w, 2) ? RANDOM_CALLS + random_below(w, 1000) : random_edge(w) | 1ul << 48 | 0xff00;
		r->rax = number;
	} else if (call_rows[number].raw) {
		random_raw(w, number, r);
		r->rax |= number;
	} else {
		r->rax = number;
		arguments_draw(w, number, r);
	}
	return number;
}

void
random_step(struct random_worker *w)
{
	uint64_t number;

	do
		number = call_draw(w, &w->left);
	while (random_forbidden(number, &w->left));
	random_directed(w, number, &w->left);
}

/* --- in the first thread -------------------------------------------------------------------------------------------------- */

static uint32_t seen[RANDOM_CALLS];
static bool stray;

void
random_note(uint64_t number, unsigned status)
{
	if (status < STATUS_COUNT && call_rows[number].statuses >> status & 1) {
		seen[number] |= 1u << status;
	} else {
		stray = true;
		printf("# %s gave %u, which its row does not have\n", call_rows[number].name, status);
	}
}

static void
registers_print(const struct random_registers *r)
{
	for (int i = 0; i < 6; i++)
		printf(" %#lx", r->argument[i]);
	printf("\n");
}

void
random_collect(struct random_worker *w)
{
	for (unsigned i = 0; i < RANDOM_CALLS; i++)
		seen[i] |= w->seen[i] & call_rows[i].statuses;
	if (!w->stray_status)
		return;
	stray = true;
	printf("# %s gave %s, which its row does not have; its arguments:",
	       w->stray.rax < RANDOM_CALLS ? call_rows[w->stray.rax].name : "a number without a call",
	       w->stray_status < STATUS_COUNT ? status_name(w->stray_status) : w->stray_status == ~0ul ? "OK" : "no status");
	registers_print(&w->stray);
	w->stray_status = 0;
}

static bool
excepted(const struct random_exception *e, const char *call, unsigned status)
{
	for (; e && e->call; e++)
		if ((!strcmp(e->call, call) || !strcmp(e->call, RANDOM_ANY)) && e->status == status)
			return true;
	return false;
}

/* One line a call: what it gave, and in brackets what it did not. */
static unsigned
line_print(const struct random_exception *exceptions, const struct random_exception *more, unsigned number)
{
	const struct call_row *row = &call_rows[number];
	unsigned missing = 0;

	printf("# %-18s", row->name);
	for (unsigned s = OK; s < STATUS_COUNT; s++) {
		if (seen[number] >> s & 1)
			printf(" %s", status_name(s));
		if (!(row->statuses >> s & 1) || seen[number] >> s & 1)
			continue;
		bool known = !exceptions || excepted(exceptions, row->name, s) || excepted(more, row->name, s);
		printf(known ? " (%s)" : " MISSING:%s", status_name(s));
		missing += !known;
	}
	printf("\n");
	return missing;
}

static void
exceptions_print(const struct random_exception *e)
{
	for (; e && e->call; e++)
		printf("# not asked for: %s %s, %s\n", e->call, status_name(e->status), e->why);
}

bool
random_report(const struct random_exception *exceptions, const struct random_exception *more)
{
	unsigned missing = 0;

	for (unsigned i = 0; i < RANDOM_CALLS; i++)
		missing += line_print(exceptions, more, i);
	exceptions_print(exceptions);
	exceptions_print(more);
	return !missing && !stray;
}
