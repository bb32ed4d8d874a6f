/* SPDX-License-Identifier: BSD-2-Clause */
/* Page faults: the message, every answer, and what happens when there is none. */
#include "faulty.h"

static char page[4096] __attribute__((aligned(4096)));

static void
writes(unsigned long address)
{
	*(volatile unsigned long *)address = 4711;
	seen = *(volatile unsigned long *)address;
	end();
}

static void
executes(unsigned long address)
{
	((void (*)(void))address)();
	end();
}

static void
undefined(unsigned long result)
{
	__asm__ volatile("ud2" : "+a"(result) : : "memory");
	end();
}

/* --- calls ---------------------------------------------------------------------------------------------------------------- */

static void
test_errors(void)
{
	uint64_t id;

	tap_status(call_thread_create(SPACE, W, &id), OK);
	tap_status(call_cap_copy(MASTER, SLOT_OWN, WEAK, RIGHTS_ALL & ~RIGHT_SHARE), OK);
	tap_status(call_thread_pager(W, WEAK), ERR_NO_RIGHT);
	tap_status(call_thread_handler(W, WEAK), ERR_NO_RIGHT);
	call_cap_delete(WEAK);
	tap_status(call_cap_copy(MASTER, SLOT_OWN, WEAK, RIGHTS_ALL & ~RIGHT_SEND), OK);
	tap_status(call_thread_pager(W, WEAK), ERR_NO_RIGHT);
	call_cap_delete(WEAK);
	tap_status(call_thread_pager(W, WEAK), ERR_NO_CAP);
	tap_status(call_thread_pager(W, W), ERR_NO_CAP);
	tap_status(call_thread_handler(W, 20000), ERR_NO_CAP);
	tap_status(call_thread_pager(WEAK, PAGER), ERR_NO_CAP);
	tap_status(call_thread_handler(WEAK, HANDLER), ERR_NO_CAP);
	tap_status(call_thread_foreign(WEAK, 1), ERR_NO_CAP);
	tap_status(call_thread_foreign(W, FOREIGN_BUT_IPC + 1), ERR_BAD_VALUE);
	tap_status(call_cap_copy(W, SLOT_OWN, WEAK, RIGHTS_ALL & ~RIGHT_CONTROL), OK);
	tap_status(call_thread_pager(WEAK, PAGER), ERR_NO_RIGHT);
	tap_status(call_thread_handler(WEAK, HANDLER), ERR_NO_RIGHT);
	tap_status(call_thread_foreign(WEAK, 1), ERR_NO_RIGHT);
	call_cap_delete(WEAK);
	tap_status(call_thread_pager(W, PAGER), OK);
	tap_status(call_thread_pager(W, HANDLER), OK);
	tap_status(call_thread_pager(W, SLOT_NONE), OK);
	tap_status(call_thread_pager(W, SLOT_NONE), OK);
	stop();
}

/* --- page faults ------------------------------------------------------------------------------------------------------------ */

static void
page_fault(void (*worker)(unsigned long), unsigned access)
{
	struct message m;

	start(worker, NOWHERE, PAGED);
	tap_status(receive(&m), OK);
	tap_equal(m.kind, IPC_PAGE_FAULT);
	tap_equal(m.badge, PAGER_BADGE);
	tap_equal(m.word[PAGE_FAULT_ADDRESS], NOWHERE);
	tap_equal(m.word[PAGE_FAULT_ACCESS], access);
	tap_ok(m.word[PAGE_FAULT_IP] == (access == RIGHT_EXECUTE ? NOWHERE : m.word[PAGE_FAULT_IP]), "and where");
	tap_ok(m.word[PAGE_FAULT_SP] - (uintptr_t)stack <= WORKER_STACK, "its stack pointer");
	tap_equal(m.word[PAGE_FAULT_FLAGS] & 0x202, 0x202);
	for (int i = PAGE_FAULT_SP + 1; i < IPC_WORDS; i++)
		tap_equal(m.word[i], 0);
	tap_status(answer(0), OK);
	tap_status(receive(&m), OK);		/* nothing was mapped: it comes again */
	tap_equal(m.kind, IPC_PAGE_FAULT);
	if (access != RIGHT_EXECUTE) {
		tap_status(call_space_map(SPACE, NOWHERE, (uintptr_t)page, 1, RIGHT_READ | RIGHT_WRITE), OK);
		tap_status(answer(0), OK);
		settle();
		tap_equal(after, 1);
		tap_equal(seen, access == RIGHT_WRITE ? 4711 : 17);
	}
	stop();
}

static void
test_page_faults(void)
{
	*(volatile unsigned long *)page = 17;
	page_fault(reads, RIGHT_READ);
	call_object_destroy(SPACE);
	space_share(SPACE);
	page_fault(writes, RIGHT_WRITE);
	call_object_destroy(SPACE);
	space_share(SPACE);
	page_fault(executes, RIGHT_EXECUTE);
}

/* Refused, or with nobody to ask, a page fault is an exception. */
static void
test_refused(void)
{
	struct message m;

	start(reads, NOWHERE + 8, PAGED | HANDLED);
	tap_status(receive(&m), OK);
	tap_status(answer(FAULT_REFUSED), OK);
	tap_status(receive(&m), OK);
	tap_equal(m.kind, IPC_EXCEPTION);
	tap_equal(m.badge, HANDLER_BADGE);
	tap_equal(m.word[EXCEPTION_VECTOR], 14);
	tap_equal(m.word[EXCEPTION_ADDRESS], NOWHERE + 8);
	tap_status(answer(FAULT_REFUSED), OK);
	settle();
	tap_ok(is_suspended(), "refused by both, it is suspended");
	tap_status(call_thread_resume(W), OK);
	tap_status(receive(&m), OK);
	tap_equal(m.kind, IPC_PAGE_FAULT);
	stop();

	start(reads, NOWHERE, HANDLED);
	tap_status(receive(&m), OK);
	tap_equal(m.kind, IPC_EXCEPTION);
	stop();
	tap_status(answer(0), ERR_NOT_FOUND);

	start(reads, NOWHERE, NOBODY);
	settle();
	tap_ok(is_suspended(), "with nobody to ask, too");
	stop();
}

/* --- handlers that do not answer ------------------------------------------------------------------------------------------------- */

static void
test_handler_gone(void)
{
	struct message m;

	start(reads, NOWHERE, PAGED | HANDLED);
	tap_status(receive(&m), OK);
	tap_status(receive(&m), OK);			/* receives again instead of a reply: that is no answer */
	tap_equal(m.kind, IPC_EXCEPTION);
	tap_status(receive(&m), ERR_TIMEOUT);
	tap_ok(is_suspended(), "nobody answered");
	stop();

	start(reads, NOWHERE, PAGED);			/* killed while it waits: in the list, and for the reply */
	settle();
	stop();
	tap_status(receive(&m), ERR_TIMEOUT);
	start(reads, NOWHERE, PAGED);
	tap_status(receive(&m), OK);
	stop();
	tap_status(answer(0), ERR_NOT_FOUND);

	tap_status(call_endpoint_create(WEAK), OK);
	start(undefined, 0, NOBODY);
	call_thread_handler(W, WEAK);
	settle();
	tap_ok(!is_suspended(), "waits for its handler");
	tap_status(call_object_destroy(WEAK), OK);
	tap_ok(is_suspended(), "which dies");
	stop();
}

/* Who has not been heard yet asks the new one. */
static void
test_replaced(void)
{
	struct message m;

	tap_status(call_endpoint_create(WEAK), OK);
	start(reads, NOWHERE, HANDLED);
	tap_status(call_thread_pager(W, WEAK), OK);
	settle();
	tap_status(call_thread_pager(W, PAGER), OK);
	tap_status(receive(&m), OK);
	tap_equal(m.kind, IPC_PAGE_FAULT);
	tap_equal(m.badge, PAGER_BADGE);
	stop();
	tap_status(call_object_destroy(WEAK), OK);
}

static void
test_revoked(void)
{
	start(reads, NOWHERE, PAGED | HANDLED);
	call_cap_revoke(PAGER);
	call_cap_revoke(HANDLER);
	settle();
	tap_ok(is_suspended(), "nobody is left when both are revoked");
	stop();
}

static void
test_cancelled(void)
{
	struct registers r = { .rip = (uintptr_t)end };
	struct message m;

	start(reads, NOWHERE, PAGED);
	tap_status(receive(&m), OK);
	tap_status(call_thread_cancel(W), OK);
	tap_status(answer(0), ERR_NOT_FOUND);
	tap_status(receive(&m), OK);			/* it tried again */
	tap_status(call_thread_exchange(W, REGISTERS_RIP, (uintptr_t)&r), OK);
	tap_status(call_thread_cancel(W), OK);
	settle();
	tap_equal(after, 1);				/* and went on where it was sent */
	stop();
}

#define CROWD		16
#define CROWD_SLOT	40

/* Each has its line in the log, which is long: interrupts are not off for all of them together (tests/kernel/run.py measures it). */
static void
test_many_stop(void)
{
	uint64_t id, state, suspended = 0, ticks, switches, all = 0;

	tap_status(call_endpoint_create(WEAK), OK);
	for (unsigned slot = CROWD_SLOT; slot < CROWD_SLOT + CROWD; slot++)
		if (worker_start_in(SPACE, slot, stack, reads, NOWHERE) || call_thread_handler(slot, WEAK))
			tap_ok(false, "a thread starts");
	settle();
	tap_status(call_object_destroy(WEAK), OK);
	for (unsigned slot = CROWD_SLOT; slot < CROWD_SLOT + CROWD; slot++, all += suspended) {
		call_thread_info(slot, &id, &state, &suspended, &ticks, &switches);
		call_object_destroy(slot);
	}
	tap_equal(all, CROWD);
}

int
main(void)
{
	endpoints();
	tap_status(space_share(SPACE), OK);
	test_errors();
	test_page_faults();
	test_refused();
	test_handler_gone();
	test_replaced();
	test_revoked();
	test_cancelled();
	test_many_stop();
	tap_done();
}
