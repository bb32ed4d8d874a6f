/* SPDX-License-Identifier: BSD-2-Clause */
/* Statuses of l4's calls that chance does not reach: objects that are caught while they die, what the first space alone may. */
#include "l4_world.h"

enum { OBJECT = 50, DESTROYER, SECOND, PARTNER };

/* --- caught while it dies: so many capabilities lead to it that its end is preempted ------------------------------------------ */

#define COPIES	1500
#define BUDGET	1000000ul

static struct area helper __attribute__((aligned(4096))), other __attribute__((aligned(4096)));

/* In the first space, below the keeper. */
static void
destroyer(unsigned long slot)
{
	call_object_destroy(slot);
	call_thread_exit();
}

/* The status of TRY with a capability to OBJECT, when the destroyer had so many ticks. */
static enum status
try_after(uint64_t ticks, enum status (*try)(unsigned long slot))
{
	uint64_t badge;
	unsigned long slot = COUNTED + COPIES - 1;

	for (unsigned i = 0; i < COPIES; i++)
		call_cap_copy(OBJECT, SLOT_OWN, COUNTED + i, RIGHTS_ALL);
	must("thread_create", call_thread_create(SLOT_OWN, DESTROYER, &badge));
	must("thread_priority", call_thread_priority(DESTROYER, 100));
	must("thread_start", call_thread_start(DESTROYER, (uintptr_t)destroyer, (uintptr_t)helper.stack + sizeof(helper.stack) - 8, OBJECT));
	ipc_signal(CALL_IPC_RECEIVE | (uint64_t)IPC_TICKS(ticks, 6) << IPC_RECEIVE_TIME, SLEEP);
	while (slot > COUNTED && call_cap_lookup(slot, KIND_SPACE, 0, &badge) != OK && call_cap_lookup(slot, KIND_THREAD, 0, &badge) != OK)
		slot--;
	enum status status = try(slot);
	do
		ipc_signal(CALL_IPC_RECEIVE | (uint64_t)NAP << IPC_RECEIVE_TIME, SLEEP);
	while (call_cap_lookup(DESTROYER, KIND_THREAD, 0, &badge) != ERR_NO_CAP);
	return status;
}

static void
caught(const char *what, enum status (*make)(void), enum status (*try)(unsigned long slot))
{
	for (uint64_t ticks = 100; ticks < 1000; ticks += 100) {
		must("an object", make());
		if (try_after(ticks, try) == ERR_WRONG_STATE)
			return;
	}
	printf("# %s was not caught\n", what);
}

static enum status
thread_object(void)
{
	uint64_t id;

	return call_thread_create(SLOT_OWN, OBJECT, &id);
}

static enum status
space_object(void)
{
	return call_space_create(OBJECT);
}

static enum status
noted(unsigned call, enum status status)
{
	random_note(call, status);
	return status;
}

static enum status try_suspend(unsigned long slot) { return noted(CALL_THREAD_SUSPEND, call_thread_suspend(slot)); }
static enum status try_resume(unsigned long slot) { return noted(CALL_THREAD_RESUME, call_thread_resume(slot)); }
static enum status try_utcb(unsigned long slot) { return noted(CALL_THREAD_UTCB, call_thread_utcb(slot, UTCB)); }
static enum status try_donate(unsigned long slot) { return noted(CALL_SPACE_DONATE, call_space_donate(slot, 1)); }
static enum status try_lend(unsigned long slot) { return noted(CALL_SPACE_LEND, call_space_lend(slot, 1)); }
static enum status try_prepare(unsigned long slot) { return noted(CALL_SPACE_PREPARE, call_space_prepare(slot)); }

static enum status
try_donate_page(unsigned long slot)
{
	return noted(CALL_SPACE_DONATE_PAGE, call_space_donate_page(slot, EXTRA));
}

static enum status
try_reclaim(unsigned long slot)
{
	uint64_t taken;

	return noted(CALL_SPACE_RECLAIM, call_space_reclaim(slot, 1, &taken));
}

static enum status
try_map(unsigned long slot)
{
	return noted(CALL_SPACE_MAP, call_space_map(slot, EXTRA, (uintptr_t)&helper, 1, RIGHT_READ));
}

/* --- memory: the first space's -------------------------------------------------------------------------------------------------- */

static enum status
take(uint64_t frame, unsigned order, uint64_t address)
{
	uint64_t taken;

	return noted(CALL_FRAME_TAKE, call_frame_take(frame, order, address, RIGHT_READ | RIGHT_WRITE, &taken));
}

static void
frames_of_the_first_space(void)
{
	uint64_t taken = 0;

	must("frame_take", noted(CALL_FRAME_TAKE, call_frame_take(FRAME_ANY, FRAME_4K, EXTRA, RIGHT_READ | RIGHT_WRITE, &taken)));
	take(FRAME_ANY, FRAME_4K, EXTRA);
	take(FRAME_ANY, FRAME_4K, EXTRA + 8);
	take(FRAME_ANY, FRAME_4K + 1, EXTRA + 4096);
	take(taken, FRAME_4K, EXTRA + 4096);
	caught("a dying space", space_object, try_donate_page);
	must("space_create", call_space_create(OBJECT));
	note(UNMAP, call_unmap(OBJECT, EXTRA, 1, 0, 1));		/* it has no tables yet */
	note(SPACE_DONATE, call_space_donate(OBJECT, 0));
	note(SPACE_DONATE, call_space_donate(OBJECT, 1));
	note(SPACE_DONATE_PAGE, call_space_donate_page(OBJECT, EXTRA));
	must("object_destroy", call_object_destroy(OBJECT));
	note(FRAME_GIVE, call_frame_give(taken));
	note(FRAME_GIVE, call_frame_give(taken));
}

/* --- a pool's end -------------------------------------------------------------------------------------------------------------- */

static void
tables_until_none(void)
{
	enum status status = OK;

	must("space_create", call_space_create(OBJECT));
	must("space_donate", call_space_donate(OBJECT, 6));
	must("space_prepare", call_space_prepare(OBJECT));
	for (unsigned long i = 1; status == OK; i++)
		status = call_space_map(OBJECT, i << 30, (uintptr_t)&helper, 1, RIGHT_READ);
	random_note(CALL_SPACE_MAP, status);
	must("object_destroy", call_object_destroy(OBJECT));
}

static void
lent_until_none(void)
{
	uint64_t lent = 0, taken;

	must("space_create", call_space_create(OBJECT));
	while (noted(CALL_SPACE_LEND, call_space_lend(OBJECT, 1)) == OK)
		lent++;
	for (taken = 1; lent && taken; lent -= taken)
		must("space_reclaim", noted(CALL_SPACE_RECLAIM, call_space_reclaim(OBJECT, 256, &taken)));
	must("object_destroy", call_object_destroy(OBJECT));
}

/* On a context itself; what it was told is left in worker.current. */
static void
limited(__attribute__((unused)) unsigned long where)
{
	helper.worker.current = call_context_create(SECOND, 0, 1);
	call_thread_exit();
}

static void
contexts_until_none(void)
{
	unsigned made = 0;
	enum status status;

	while ((status = call_context_create(COUNTED + made, 0, 1)) == OK)
		made++;
	random_note(CALL_CONTEXT_CREATE, status);
	while (made)
		must("object_destroy", call_object_destroy(COUNTED + --made));

	must("context_create", call_context_create(OBJECT, BUDGET, BUDGET));
	thread_make(SLOT_OWN, DESTROYER, limited, &helper, 100, 0);
	must("thread_context", call_thread_context(DESTROYER, OBJECT));
	ipc_signal(CALL_IPC_RECEIVE | (uint64_t)NAP << IPC_RECEIVE_TIME, SLEEP);
	note(CONTEXT_CREATE, helper.worker.current);
	must("object_destroy", call_object_destroy(OBJECT));
}

/* --- what is forbidden to workers ------------------------------------------------------------------------------------------------ */

static void
calls_about_oneself(void)
{
	uint64_t id;

	note(THREAD_SELF, call_thread_self(16384, &id));
	note(THREAD_SELF, call_thread_self(OBJECT, &id));
	note(THREAD_SELF, call_thread_self(OBJECT, &id));
	must("cap_delete", call_cap_delete(OBJECT));
}

/* --- who waits already ------------------------------------------------------------------------------------------------------------ */

static void
waits_at(unsigned long slot)
{
	struct message m = { .word[0] = PARTNER };
	uint64_t bits;

	if (call_notification_wait(slot, IPC_NEVER, &bits) == ERR_NO_CAP)
		message_ipc(CALL_IPC_RECEIVE_FROM, slot, &m);
	call_thread_exit();
}

static void
waiter_make(unsigned long slot)
{
	uint64_t id;

	must("thread_create", call_thread_create(SLOT_OWN, DESTROYER, &id));
	must("thread_priority", call_thread_priority(DESTROYER, 100));
	must("thread_start", call_thread_start(DESTROYER, (uintptr_t)waits_at, (uintptr_t)helper.stack + sizeof(helper.stack) - 8, slot));
	ipc_signal(CALL_IPC_RECEIVE | (uint64_t)NAP << IPC_RECEIVE_TIME, SLEEP);
}

static void
sends_to(unsigned long slot)
{
	ipc_signal(CALL_IPC_SEND, slot);
	call_thread_exit();
}

static void
somebody_waits(void)
{
	struct message m = { .word[0] = PARTNER };
	uint64_t bits;

	must("notification_create", call_notification_create(OBJECT));
	waiter_make(OBJECT);
	note(NOTIFICATION_BIND, call_notification_bind(OBJECT, SLEEP));
	must("object_destroy", call_object_destroy(DESTROYER));
	must("cap_copy", call_cap_copy(OBJECT, SLOT_OWN, SECOND, RIGHT_SEND));
	note(NOTIFICATION_WAIT, call_notification_wait(SECOND, IPC_AT_ONCE, &bits));
	must("notification_bind", call_notification_bind(OBJECT, SLEEP));
	note(NOTIFICATION_WAIT, call_notification_wait(OBJECT, IPC_AT_ONCE, &bits));
	must("object_destroy", call_object_destroy(OBJECT));

	must("endpoint_create", call_endpoint_create(OBJECT));
	must("thread_create", call_thread_create(SLOT_OWN, PARTNER, &bits));
	waiter_make(OBJECT);
	note(IPC_RECEIVE_FROM, message_ipc(CALL_IPC_RECEIVE_FROM, OBJECT, &m));
	must("object_destroy", call_object_destroy(DESTROYER));
	must("thread_start", call_thread_start(PARTNER, (uintptr_t)sends_to, (uintptr_t)helper.stack + sizeof(helper.stack) - 8, OBJECT));
	note(IPC_RECEIVE_FROM, message_ipc(CALL_IPC_RECEIVE_FROM, OBJECT, &m));
	call_object_destroy(PARTNER);		/* unless it has ended */
	must("object_destroy", call_object_destroy(OBJECT));
}

/* --- callers put aside -------------------------------------------------------------------------------------------------------------- */

static void
calls(__attribute__((unused)) unsigned long where)
{
	ipc_signal(CALL_IPC_CALL, OBJECT);
	call_thread_exit();
}

static void
caller_make(unsigned long thread, struct area *a)
{
	thread_make(SLOT_OWN, thread, calls, a, 100, 0);
	must("ipc_receive", ipc_signal(CALL_IPC_RECEIVE, OBJECT));
}

static void
callers(void)
{
	must("endpoint_create", call_endpoint_create(OBJECT));
	caller_make(DESTROYER, &helper);
	note(CALLER_SAVE, call_caller_save(SECOND));
	caller_make(PARTNER, &other);
	note(CALLER_LOAD, call_caller_load(SECOND));
	must("ipc_reply", ipc_signal(CALL_IPC_REPLY, 0));
	note(CALLER_LOAD, call_caller_load(SECOND));
	must("ipc_reply", ipc_signal(CALL_IPC_REPLY, 0));
	ipc_signal(CALL_IPC_RECEIVE | (uint64_t)NAP << IPC_RECEIVE_TIME, SLEEP);
	must("object_destroy", call_object_destroy(OBJECT));
}

void
scenarios(void)
{
	callers();
	somebody_waits();
	calls_about_oneself();
	tables_until_none();
	lent_until_none();
	contexts_until_none();
	caught("a dying thread", thread_object, try_suspend);
	caught("a dying thread", thread_object, try_resume);
	caught("a dying thread", thread_object, try_utcb);
	caught("a dying space", space_object, try_donate);
	caught("a dying space", space_object, try_prepare);
	caught("a dying space", space_object, try_map);
	caught("a dying space", space_object, try_lend);
	caught("a dying space", space_object, try_reclaim);
	frames_of_the_first_space();
	messages();
}
