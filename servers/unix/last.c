/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The server's last words.  A thread of its own waits to be asked for them by the root task, which has stopped the loop wherever it was, since that has died: so what the
 * arena says is looked at, not believed.
 */
#include <stdio.h>
#include <janus/kinds.h>
#include <janus/slots.h>
#include <l4/stubs.h>
#include <l4/thread.h>
#include <servers/killed.h>
#include <servers/root.h>
#include <servers/words_serve.h>
#include <unix/arena.h>
#include "host.h"

#define LINE		400
#define PRIORITY	100		/* asked, it has the root task's */

struct line {
	char text[LINE];
	size_t used;
};

/* So long is what was written behind the line's end; what does not fit is not there. */
static void
line_grow(struct line *l, int length)
{
	l->used += length > 0 && (size_t)length < LINE - l->used ? (size_t)length : 0;
	l->text[l->used] = '\0';
}

static void
name_add(struct line *l, const struct process *p)
{
	const struct task *t = p->task;
	char name[TASK_NAME + 1] = "?";

	for (unsigned i = 0; memory_is_arena(t, sizeof(*t)) && i < TASK_NAME; i++)
		name[i] = t->name[i] >= ' ' || !t->name[i] ? t->name[i] : '?';
	line_grow(l, snprintf(l->text + l->used, LINE - l->used, "%s %d %s", l->used ? "," : "", p->pid, name));
}

/* All that have not ended: those that the line has room for, and how many more. */
static void
programs_add(struct line *l)
{
	const struct process *p = memory_is_arena(shared, sizeof(*shared)) ? shared->process.first : NULL;
	unsigned more = 0;

	for (unsigned i = 0; i < PID_LIMIT && memory_is_arena(p, sizeof(*p)); i++, p = p->next) {
		if (p->ended)
			continue;
		if (l->used + TASK_NAME + 16 < LINE)
			name_add(l, p);
		else
			more++;
	}
	if (more)
		line_grow(l, snprintf(l->text + l->used, LINE - l->used, ", and %u more", more));
}

enum status
serve_words_say(const struct message *m, uint64_t vector, uint64_t ip, uint64_t address)
{
	static struct line with;
	char why[80] = "killed";

	programs_add(&with);
	if (vector != WORDS_KILLED)
		snprintf(why, sizeof(why), address ? "of exception %lu at %#lx, address %#lx" : "of exception %lu at %#lx", vector, ip, address);
	printf("\nunix: the server died, %s; with it ended%s\n", why, with.used ? with.text : " no program");
	return OK;
}

static void
last_wait(void *of)
{
	server_run(&(struct server){ .endpoint = (uintptr_t)of, .serve = words_serve, .version = 1 });
}

enum status
last_begin(void)
{
	uint64_t root = environment_slot("root"), asked = slot_take(), given = slot_take(), thread;
	enum status status = call_endpoint_create(asked);

	if (!status)
		status = call_cap_copy(asked, SLOT_OWN, given, RIGHT_SEND | RIGHT_SHARE);
	if (!status)
		status = thread_run(last_wait, (void *)asked, PRIORITY, &thread);
	return status ? status : root_words(root, (struct rpc_cap){ .slot = given, .rights = RIGHT_SEND, .move = true });
}
