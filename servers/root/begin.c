/* SPDX-License-Identifier: BSD-2-Clause */
/* The root task's beginning: what the manifest says is made, or refused with its line. */
#include <janus/bootinfo.h>
#include "program.h"

#define PATIENCE	IPC_TICKS(763ul, 17)	/* with servers: 100 million ticks */

struct root root = { .next_badge = BADGE_ROOT + 1 };

/* LINE 0: it is about the whole. */
static void __attribute__((noreturn))
refuse(unsigned line, const char *word, const char *problem)
{
	if (!line)
		printf("root: manifest: %s\n", problem);
	else if (*word)
		printf("root: manifest:%u: \"%s\" %s\n", line, word, problem);
	else
		printf("root: manifest:%u: %s\n", line, problem);
	exit(EXIT_FAILURE);
}

static void
must(enum status status, const char *what)
{
	if (status == OK)
		return;
	printf("root: %s: %s\n", what, status_string(status));
	exit(EXIT_FAILURE);
}

static uint64_t
slot_must(void)
{
	uint64_t slot = slot_take();

	must(slot ? OK : ERR_NO_KMEM, "a slot");
	return slot;
}

static void
endpoints_make(void)
{
	root.endpoint = slot_must();
	must(call_endpoint_create(root.endpoint), "an endpoint");
	for (unsigned s = 0; s < root.plan.services; s++) {
		root.service[s] = slot_must();
		root.ours[s] = slot_must();
		must(call_endpoint_create(root.service[s]), root.plan.service[s]);
		must(call_cap_mint(root.service[s], SLOT_OWN, root.ours[s], RIGHT_SEND, BADGE_ROOT), root.plan.service[s]);
	}
}

static uint64_t
kmem_promised(void)
{
	uint64_t pages = 0;

	for (unsigned i = 0; i < root.plan.programs; i++)
		pages += root.plan.program[i].kmem;
	return pages;
}

/* It comes first and gets the memory; whoever is started then is its client. */
static void
sigma0_begin(void)
{
	int service = plan_service(&root.plan, "sigma0");
	struct program *p = program_named("sigma0");

	if (!p)
		refuse(0, "", "there is no program sigma0");
	if (service == PLAN_NONE)
		refuse(p->plan->line, "sigma0", "does not serve sigma0");
	must(program_start(p), "sigma0");
	root.sigma0 = root.ours[service];
	must(memory_hand_over(p->instance.space, root.sigma0, kmem_promised()), "memory for sigma0");
}

/* The root task's own arguments are those of the program that the machine ends with. */
static void
arguments_pass(int argc, char **argv)
{
	for (struct plan_program *p = root.plan.program; p < root.plan.program + root.plan.programs && argc > 1; p++) {
		if (!p->main)
			continue;
		p->text.arguments = 0;
		for (int i = 1; i < argc && i <= MANIFEST_WORDS; i++)
			p->text.argument[p->text.arguments++] = argv[i];
	}
}

void
root_begin(int argc, char **argv)
{
	struct archive archive;

	rt_archive_open(&archive);
	if (plan_read(&root.plan, &archive, rt_bootinfo->ram_bytes / PAGE))
		refuse(root.plan.line, root.plan.word, root.plan.problem);
	arguments_pass(argc, argv);
	for (unsigned i = 0; i < root.plan.programs; i++)
		root.program[i].plan = &root.plan.program[i];
	rpc_timeouts = PATIENCE << IPC_SEND_TIME | PATIENCE << IPC_RECEIVE_TIME;
	endpoints_make();
	sigma0_begin();
	for (struct program *p = root.program; p < root.program + root.plan.programs; p++) {
		enum status status = p->plan->start && !p->running ? program_start(p) : OK;
		if (status)
			refuse(p->plan->line, p->plan->text.name, status_string(status));
	}
}
