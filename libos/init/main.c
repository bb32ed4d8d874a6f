/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * init: the first program.  It begins as the owner of everything: all free memory is its allowance, and only it can take slices and devices by name.
 * It starts what the manifest says, gives each program its part, answers requests for more, and ends the machine when the programs that are main
 * have ended, with their verdict.  Its own arguments are for the first of these.
 */
#include <stdio.h>
#include <stdlib.h>
#include <exo/entries.h>
#include <exo/stubs.h>
#include <exo/wait.h>
#include <janus/bootinfo.h>
#include <janus/rt.h>
#include "memory.h"

#define LOOKS_A_SECOND	10		/* for programs that ended without a word */

static struct plan plan;
static struct program program[PLAN_PROGRAMS];
static uint64_t own_name;
static int verdict = EXIT_SUCCESS;

static void
manifest_read(void)
{
	struct archive archive;

	rt_archive_open(&archive);
	if (plan_read(&plan, &archive) == OK)
		return;
	printf("init: manifest:%u: %s%s%s%s\n", plan.line, *plan.word ? "\"" : "", plan.word, *plan.word ? "\" " : "", plan.problem);
	exit(EXIT_FAILURE);
}

static void
must(enum status status, const char *what)
{
	if (status) {
		printf("init: %s: %s\n", what, status_string(status));
		exit(EXIT_FAILURE);
	}
}

/* --- the end of programs ---------------------------------------------------------------------------------------------------- */

/* As often as its line says.  False: it stays dead. */
static bool
program_again(struct program *p)
{
	if (p->begun == p->plan->restart)
		return false;
	p->begun++;
	printf("init: %s is begun again, %lu of %lu\n", p->plan->text.name, p->begun, p->plan->restart);
	enum status status = program_start(program, &plan, (unsigned)(p - program), own_name);
	if (status)
		printf("init: %s: %s\n", p->plan->text.name, status_string(status));
	return !status;
}

static void
program_ended(struct program *p, int code)
{
	program_stop(p);
	if (!code)
		return;
	printf("init: %s ended with %d\n", p->plan->text.name, code);
	if (!program_again(p) && p->plan->main)
		verdict = EXIT_FAILURE;
}

/* An entry that means nothing tells whether it is there to be entered. */
static void
programs_look(void)
{
	for (unsigned n = 0; n < plan.programs; n++)
		if (program[n].alive && call_transfer_later(program[n].environment.name, REQUEST_NOTHING, 0, 0, 0) == ERR_NOT_FOUND)
			program_ended(&program[n], EXIT_FAILURE);
}

/* Without a program that is main, the machine goes on. */
static bool
goes_on(void)
{
	bool none = true;

	for (unsigned n = 0; n < plan.programs; n++) {
		if (plan.program[n].main && program[n].alive)
			return true;
		none &= !plan.program[n].main;
	}
	return none;
}

/* --- requests ----------------------------------------------------------------------------------------------------------------- */

static struct program *
program_named(uint64_t name)
{
	for (unsigned n = 0; n < plan.programs; n++)
		if (program[n].alive && program[n].environment.name == name)
			return &program[n];
	return NULL;
}

static void
request(struct program *p, uint64_t what, uint64_t word)
{
	switch (what) {
	case REQUEST_NOTHING:
		break;
	case REQUEST_END:
		program_ended(p, (int)word);
		break;
	case REQUEST_MEMORY:
		program_answer(p, memory_grant(program, plan.programs, p, word), word);
		break;
	default:
		program_answer(p, ERR_BAD_VALUE, 0);
	}
}

static void
requests_take(void)
{
	uint64_t from, what, word, third, fourth, left;

	while (!call_entry_take(&from, &what, &word, &third, &fourth, &left)) {
		struct program *p = program_named(from);
		if (p)
			request(p, what, word);
	}
}

/* Behind the arguments that the manifest has for it. */
static void
arguments_pass(int argc, char **argv)
{
	unsigned n = 0;

	while (n < plan.programs && !plan.program[n].main)
		n++;
	struct manifest_program *first = &plan.program[n].text;
	for (int i = 1; n < plan.programs && i < argc && first->arguments < MANIFEST_WORDS; i++)
		first->argument[first->arguments++] = argv[i];
}

int
main(int argc, char **argv)
{
	uint64_t reason;

	manifest_read();
	arguments_pass(argc, argv);
	must(call_entry(0, &own_name), "its name");
	must(call_entry_queue(ENTRIES_MAX), "a queue of requests");
	for (unsigned n = 0; n < plan.programs; n++)
		must(program_start(program, &plan, n, own_name), plan.program[n].text.name);
	while (goes_on()) {
		call_wait(0, 0, __builtin_ia32_rdtsc() + rt_bootinfo->clock_hz / LOOKS_A_SECOND, &reason);
		requests_take();
		programs_look();
	}
	return verdict;
}
