/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The root task: starts what the manifest names, and looks after it.  Its messages are requests of administrators (who have uses=root in the
 * manifest), ends of programs, and faults that nobody else answers.
 */
#include <l4/fault.h>
#include <servers/root_serve.h>
#include <servers/killed.h>
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

/* A program that the caller may end: it runs. */
static enum status
running_named(const struct message *m, const char name[RPC_NAME], struct program **out)
{
	*out = program_named(name);
	if (!may(m))
		return ERR_NO_RIGHT;
	if (!*out)
		return ERR_NOT_FOUND;
	return (*out)->running ? OK : ERR_WRONG_STATE;
}

enum status
serve_root_stop(const struct message *m, const char name[RPC_NAME])
{
	struct program *p;
	enum status status = running_named(m, name, &p);

	if (!status)
		program_stop(p);
	return status;
}

enum status
serve_root_kill(const struct message *m, const char name[RPC_NAME])
{
	struct program *p;
	enum status status = running_named(m, name, &p);

	if (!status)
		program_died(p, WORDS_KILLED, 0, 0);
	return status;
}

enum status
serve_root_words(const struct message *m, uint64_t from)
{
	struct program *p = program_of_badge(m->badge);

	if (!p)
		return ERR_NO_CAP;
	if (!p->instance.words)
		p->instance.words = slot_take();
	if (!p->instance.words)
		return ERR_NO_KMEM;
	call_cap_delete(p->instance.words);
	return call_cap_move(from, SLOT_OWN, p->instance.words);
}

enum status
serve_root_kmem(const struct message *m, uint64_t *pages, uint64_t *unused)
{
	return call_kmem_info(SLOT_OWN, pages, unused);
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
	program_died(p, m->word[EXCEPTION_VECTOR], m->word[EXCEPTION_IP], m->word[EXCEPTION_ADDRESS]);
	return false;
}

static enum status serve(struct message *m);
static bool event(struct message *m);
static struct server server = { .serve = serve, .event = event, .version = 1 };

/* What is done calls sigma0, which uses the same windows. */
static enum status
serve(struct message *m)
{
	enum status status = root_serve(m);

	server_reopen(&server);
	return status;
}

static bool
event(struct message *m)
{
	bool answered = fault(m);

	server_reopen(&server);
	return answered;
}

int
main(int argc, char **argv)
{
	root_begin(argc, argv);
	server.endpoint = root.endpoint;
	server.slot = slot_take();
	server_run(&server);
	return EXIT_FAILURE;
}
