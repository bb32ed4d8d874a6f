/* SPDX-License-Identifier: BSD-2-Clause */
/* The lives of programs: see program.h. */
#include <servers/control.h>
#include <servers/killed.h>
#include <servers/sigma0.h>
#include <servers/words.h>
#include "devices.h"
#include "program.h"

#define STARTS_LIMIT	16		/* of a program that is started again whenever it ends */

struct program *
program_named(const char *name)
{
	for (unsigned i = 0; i < root.plan.programs; i++) {
		if (!strcmp(root.plan.program[i].text.name, name))
			return &root.program[i];
	}
	return NULL;
}

struct program *
program_of_badge(uint64_t badge)
{
	for (unsigned i = 0; i < root.plan.programs; i++) {
		if (badge && root.program[i].instance.badge == badge)
			return &root.program[i];
	}
	return NULL;
}

/* --- what it is given --------------------------------------------------------------------------------------------------- */

static enum status
services_give(struct program *p)
{
	const struct plan_program *plan = p->plan;
	struct instance *i = &p->instance;
	enum status status = OK;
	char name[PLAN_NAME + 8];

	for (unsigned n = 0; n < plan->serves && !status; n++) {
		snprintf(name, sizeof(name), "serve.%s", root.plan.service[plan->service[n]]);
		status = load_give(i, name, root.service[plan->service[n]], RIGHT_RECEIVE | RIGHT_SEND | RIGHT_SHARE, 0);
	}
	for (unsigned n = 0; n < plan->uses && !status; n++)
		status = load_give(i, root.plan.service[plan->use[n]], root.service[plan->use[n]], RIGHT_SEND | RIGHT_SHARE, i->badge);
	return status;
}

static enum status
capabilities_give(struct program *p)
{
	enum status status = load_give(&p->instance, "root", root.endpoint, RIGHT_SEND, p->instance.badge);

	if (!status)
		status = services_give(p);
	return status ? status : devices_give(&p->instance, p->plan);
}

static enum status
quota_set(struct program *p)
{
	bool pager = false;

	if (!root.sigma0)
		return OK;
	for (struct program *client = root.program; client < root.program + root.plan.programs; client++)
		pager |= client->plan && paging_serves(p, client);
	return sigma0_quota(root.sigma0, p->instance.badge, p->plan->memory, pager);
}

/* Faults go to an endpoint with the program's badge, which says whose they are. */
static enum status
faults_to(struct program *p, uint64_t endpoint, enum status (*set)(uint64_t, uint64_t))
{
	uint64_t slot = slot_take();
	enum status status = slot ? call_cap_mint(endpoint, SLOT_OWN, slot, RIGHT_SEND | RIGHT_SHARE, p->instance.badge) : ERR_NO_KMEM;

	if (!status)
		status = set(p->instance.thread, slot);
	slot_give(slot);
	return status;
}

static enum status
faults_set(struct program *p)
{
	enum status status = OK;

	if (p->plan->pager != PLAN_NONE)
		status = faults_to(p, root.service[p->plan->pager], call_thread_pager);
	return status ? status : faults_to(p, root.endpoint, call_thread_handler);
}

/* --- its life ------------------------------------------------------------------------------------------------------------ */

static enum status
program_make(struct program *p)
{
	struct instance *i = &p->instance;
	bool paged = p->plan->pager != PLAN_NONE;
	enum status status = load_space(i, p->plan);

	if (!status)
		status = capabilities_give(p);
	if (!status)
		status = quota_set(p);
	if (!status && paged)
		status = paging_adopt(p);
	if (!status)
		status = load_image(i, p->plan, paged ? paging_tell : load_mapped, paged);
	if (!status && p->plan->archive)
		status = load_archive(i);
	if (!status)
		status = faults_set(p);
	return status ? status : load_start(i, p->plan);
}

enum status
program_start(struct program *p)
{
	if (p->running)
		return ERR_EXISTS;
	p->instance.badge = root.next_badge++;
	enum status status = program_make(p);
	if (status) {
		program_stop(p);
		return status;
	}
	p->running = true;
	p->starts++;
	paging_begin(p);
	return OK;
}

void
program_stop(struct program *p)
{
	p->running = false;
	if (p->plan->pager != PLAN_NONE)
		paging_forget(p);
	uint64_t badge = p->instance.badge;
	load_undo(&p->instance);
	if (root.sigma0)
		sigma0_release(root.sigma0, badge);
}

/* As the manifest says, and not for ever.  False: it stays ended. */
static bool
program_again(struct program *p)
{
	enum status status = p->starts < STARTS_LIMIT ? OK : ERR_LIMIT;

	if (p->plan->restart != RESTART_ALWAYS)
		return false;
	if (!status)
		status = program_start(p);
	if (status)
		printf("root: %s cannot be started again: %s\n", p->plan->text.name, status_string(status));
	return !status;
}

void
program_ended(struct program *p, uint64_t code)
{
	program_stop(p);
	if (p->plan->main)
		exit((int)code);
	program_again(p);
}

static void
death_print(const struct program *p, uint64_t vector, uint64_t ip, uint64_t address)
{
	if (vector == WORDS_KILLED) {
		printf("root: %s: killed\n", p->plan->text.name);
		return;
	}
	printf("root: %s: exception %lu at %#lx", p->plan->text.name, vector, ip);
	printf(address ? ", address %#lx\n" : "\n", address);
}

void
program_died(struct program *p, uint64_t vector, uint64_t ip, uint64_t address)
{
	call_thread_suspend(p->instance.thread);
	if (!p->instance.words || words_say(p->instance.words, vector, ip, address))
		death_print(p, vector, ip, address);
	program_stop(p);
	if (!program_again(p) && p->plan->main)
		exit(EXIT_FAILURE);
}

static bool
serves_the_same(const struct plan_program *a, const struct plan_program *b)
{
	return a->serves && a->serves == b->serves && !memcmp(a->service, b->service, a->serves * sizeof(a->service[0]));
}

/*
 * The old one answers the request that it has, and with it ends; requests wait at the endpoint until the new one receives.  One that does not
 * answer in time is ended all the same.
 */
enum status
program_replace(struct program *old, struct program *by)
{
	if (!old->running || !serves_the_same(old->plan, by->plan))
		return ERR_WRONG_STATE;
	if (by->running)
		return ERR_EXISTS;
	control_stop(root.ours[old->plan->service[0]]);
	program_stop(old);
	return program_start(by);
}
