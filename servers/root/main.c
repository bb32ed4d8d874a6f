/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The root task: starts what the manifest names, and looks after it.  Its messages are requests of administrators (who have uses=root in the
 * manifest), ends of programs, and faults that nobody else answers.
 */
#include <l4/fault.h>
#include <servers/root_serve.h>
#include "program.h"

/* --- requests ------------------------------------------------------------------------------------------------------------- */

static bool
may(const struct message *m)
{
	const struct program *p = program_of_badge(m->badge);

	return p && p->plan->administers;
}

enum status
serve_root_exit(const struct message *m, uint64_t code)
{
	struct program *p = program_of_badge(m->badge);

	if (p)
		program_ended(p, code);
	return OK;
}

enum status
serve_root_start(const struct message *m, const char name[RPC_NAME])
{
	struct program *p = program_named(name);

	if (!may(m))
		return ERR_NO_RIGHT;
	return p ? program_start(p) : ERR_NOT_FOUND;
}

enum status
serve_root_stop(const struct message *m, const char name[RPC_NAME])
{
	struct program *p = program_named(name);

	if (!may(m))
		return ERR_NO_RIGHT;
	if (!p)
		return ERR_NOT_FOUND;
	if (!p->running)
		return ERR_WRONG_STATE;
	program_stop(p);
	return OK;
}

enum status
serve_root_replace(const struct message *m, const char old[RPC_NAME], const char by[RPC_NAME])
{
	struct program *p = program_named(old), *q = program_named(by);

	if (!may(m))
		return ERR_NO_RIGHT;
	return p && q ? program_replace(p, q) : ERR_NOT_FOUND;
}

enum status
serve_root_state(const struct message *m, const char name[RPC_NAME], uint64_t *running, uint64_t *starts)
{
	const struct program *p = program_named(name);

	if (!p)
		return ERR_NOT_FOUND;
	*running = p->running;
	*starts = p->starts;
	return OK;
}

/* --- faults ---------------------------------------------------------------------------------------------------------------- */

static void
fault_print(const struct program *p, const struct message *m)
{
	uint64_t vector = m->word[EXCEPTION_VECTOR], ip = m->word[EXCEPTION_IP];

	printf("root: %s: exception %lu at %#lx", p->plan->text.name, vector, ip);
	printf(m->word[EXCEPTION_ADDRESS] ? ", address %#lx\n" : "\n", m->word[EXCEPTION_ADDRESS]);
}

/* True: the fault is answered, and the thread tries again. */
static bool
fault(struct message *m)
{
	struct program *p = program_of_badge(m->badge);

	if (!p || m->kind != IPC_EXCEPTION)
		return false;
	if (paging_again(p)) {
		memset(m->word, 0, sizeof(m->word));
		m->tag = 0;
		return true;
	}
	fault_print(p, m);
	program_ended(p, EXIT_FAILURE);
	return false;
}

int
main(int argc, char **argv)
{
	root_begin(argc, argv);
	server_run(&(struct server){ .endpoint = root.endpoint, .serve = root_serve, .event = fault, .version = 1 });
	return EXIT_FAILURE;
}
