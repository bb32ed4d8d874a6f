/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Faults, exceptions and foreign system calls: the messages, every answer, and what happens when there is none.
 *
 * The thread that faults runs in a space of its own, which shares this program's memory; this thread is its pager and its handler.
 */
#include <string.h>
#include <janus/registers.h>
#include <l4/fault.h>
#include "tap.h"
#include "worker.h"

enum { PAGER = 32, HANDLER, WEAK, OTHER, SPACE, W, MASTER };	/* slots */

#define AT_ONCE		((uint64_t)IPC_AT_ONCE)
#define SOON		((uint64_t)IPC_TICKS(100, 10))
#define NOWHERE		0x10000000ul		/* nothing is mapped there */
#define PAGER_BADGE	71
#define HANDLER_BADGE	72

static char stack[WORKER_STACK] __attribute__((aligned(16)));
static char page[4096] __attribute__((aligned(4096)));
static volatile unsigned long seen, after;

#define NONE 99u
#define LOW 100

/* --- what runs into something ------------------------------------------------------------------------------------------ */

static void
end(void)
{
	after++;
	for (;;)
		__asm__ volatile("pause");
}

static void
reads(unsigned long address)
{
	seen = *(volatile unsigned long *)address;
	end();
}

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

extern const char ud2_at[], int3_at[], foreign_at[];

static void
undefined(unsigned long unused __attribute__((unused)))
{
	unsigned long result = 1;

	__asm__ volatile(".globl ud2_at\nud2_at: ud2" : "+a"(result) : : "memory");
	seen = result;
	end();
}

static void
divides(unsigned long by)
{
	unsigned long high = 0, low = 42;

	__asm__ volatile("div %2" : "+a"(low), "+d"(high) : "r"(by));
	seen = low;
	end();
}

static void
breaks(unsigned long unused __attribute__((unused)))
{
	__asm__ volatile("int3\n.globl int3_at\nint3_at:");
	end();
}

static void
privileged(unsigned long unused __attribute__((unused)))
{
	__asm__ volatile("hlt");
	end();
}

static void
steps(unsigned long unused __attribute__((unused)))
{
	__asm__ volatile("pushf; orq $0x100, (%%rsp); popf; nop" : : : "memory", "cc");
	end();
}

static void
floats(unsigned long unused __attribute__((unused)))
{
	unsigned short control = 0x37b;		/* dividing by 0 traps */
	unsigned short back = 0x37f;

	__asm__ volatile("fninit; fldcw %0; fld1; fldz; fdivrp; fwait; fnclex; fldcw %1" : : "m"(control), "m"(back));
	end();
}

/* What its server sees of a foreign call: all seven words and the number. */
static void
foreign(unsigned long number)
{
	register unsigned long r10 __asm__("r10") = 4;
	register unsigned long r8 __asm__("r8") = 5;
	register unsigned long r9 __asm__("r9") = 6;
	unsigned long rdi = 1, rsi = 2, rdx = 3, kept = 0x5555;

	register unsigned long rbx __asm__("rbx") = 0x77;
	__asm__ volatile("syscall\n.globl foreign_at\nforeign_at:"
		: "+a"(number), "+D"(rdi), "+S"(rsi), "+d"(rdx), "+r"(r10), "+r"(r8), "+r"(r9), "+r"(rbx) : : "rcx", "r11", "memory");
	if (rdi != 1 || rsi != 2 || rdx != 3 || r10 != 4 || r8 != 5 || r9 != 6 || rbx != 0x77)
		kept = 0;
	seen = number + kept;
	end();
}

/* --- set up ------------------------------------------------------------------------------------------------------------- */

#define NOBODY	0
#define PAGED	1
#define HANDLED	2

/* A thread that runs WORKER(ARGUMENT), with the pager and the handler that WHO says. */
static void
start(void (*worker)(unsigned long), unsigned long argument, unsigned who)
{
	uint64_t id;

	seen = NONE;
	after = 0;
	tap_status(call_thread_create(SPACE, W, &id), OK);
	call_thread_priority(W, LOW);			/* it ends in a loop */
	if (who & PAGED)
		tap_status(call_thread_pager(W, PAGER), OK);
	if (who & HANDLED)
		tap_status(call_thread_handler(W, HANDLER), OK);
	tap_status(call_thread_start(W, (uintptr_t)worker, (uintptr_t)stack + WORKER_STACK - 8, argument), OK);
}

static void
stop(void)
{
	call_object_destroy(W);
}

static enum status
receive(struct message *m)
{
	memset(m, 0xee, sizeof(*m));
	return message_ipc(CALL_IPC_RECEIVE | SOON << 32, MASTER, m);
}

static enum status
answer(uint64_t word)
{
	struct message m = { .word[FAULT_ANSWER] = word };

	return message_ipc(CALL_IPC_REPLY, 0, &m);
}

static void
settle(void)
{
	struct message m;

	message_ipc(CALL_IPC_RECEIVE | SOON << 32, OTHER, &m);
}

static bool
is_suspended(void)
{
	uint64_t id, state, suspended, ticks, switches;

	return call_thread_info(W, &id, &state, &suspended, &ticks, &switches) == OK && suspended;
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
	tap_status(call_thread_foreign(W, 2), ERR_BAD_VALUE);
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
	for (int i = PAGE_FAULT_ERROR + 1; i < IPC_WORDS; i++)
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

/* --- exceptions --------------------------------------------------------------------------------------------------------------- */

static void
exception(void (*worker)(unsigned long), unsigned vector, uint64_t ip, unsigned bytes)
{
	struct message m;

	start(worker, 0, HANDLED);
	tap_status(receive(&m), OK);
	tap_equal(m.kind, IPC_EXCEPTION);
	tap_equal(m.badge, HANDLER_BADGE);
	tap_equal(m.word[EXCEPTION_VECTOR], vector);
	tap_equal(m.word[EXCEPTION_ERROR], 0);
	if (ip)
		tap_equal(m.word[EXCEPTION_IP], ip);
	tap_ok(m.word[EXCEPTION_SP] - (uintptr_t)stack <= WORKER_STACK, "its stack pointer");
	tap_ok((m.word[EXCEPTION_FLAGS] & ~0x9dfful) == 0x202 - (0x202 & 0x9dfful), "its flags");
	m.word[FAULT_ANSWER] = REGISTERS_RIP | REGISTERS_RFLAGS;
	m.word[FAULT_IP] += bytes;
	m.word[FAULT_FLAGS] &= ~0x100ul;
	tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), OK);
	settle();
	tap_equal(after, 1);
	stop();
}

static void
test_exceptions(void)
{
	exception(undefined, 6, (uintptr_t)ud2_at, 2);
	exception(divides, 0, 0, 3);
	exception(breaks, 3, (uintptr_t)int3_at, 0);
	exception(privileged, 13, 0, 1);
	exception(steps, 1, 0, 0);
}

static void
test_floating_point(void)
{
	struct message m;

	start(floats, 0, HANDLED);
	tap_status(receive(&m), OK);
	tap_equal(m.word[EXCEPTION_VECTOR], 16);
	stop();
}

/* What a reply sets, and what it cannot. */
static void
test_registers(void)
{
	struct message m;

	start(undefined, 0, HANDLED);
	tap_status(receive(&m), OK);
	m.word[FAULT_ANSWER] = REGISTERS_RIP;
	m.word[FAULT_IP] = 0x800000000000;		/* not canonical */
	tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), ERR_BAD_ADDRESS);
	m.word[FAULT_IP] = -4096ul;			/* the kernel's */
	tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), ERR_BAD_ADDRESS);
	m.word[FAULT_ANSWER] = REGISTERS_RSP;
	m.word[FAULT_SP] = -4096ul;
	tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), ERR_BAD_ADDRESS);
	m.word[FAULT_ANSWER] = 1ul << 20;
	tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), ERR_BAD_VALUE);
	tap_equal(after, 0);				/* it waits as before */
	m.word[FAULT_ANSWER] = REGISTERS_RIP | REGISTERS_RAX | REGISTERS_RFLAGS;
	m.word[FAULT_IP] = (uintptr_t)ud2_at + 2;
	m.word[FAULT_RAX] = 12345;
	m.word[FAULT_FLAGS] = ~0x100ul;			/* IOPL, VM, NT: none of them for user level */
	tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), OK);
	settle();
	tap_equal(seen, 12345);
	stop();
}

/* --- foreign system calls ------------------------------------------------------------------------------------------------------- */

static void
test_foreign(void)
{
	static const unsigned long numbers[] = { CALL_NULL, CALL_NULL_FULL, CALL_IPC_CALL, CALL_IPC_REPLY_WAIT, CALL_THREAD_EXIT, ~0ul };
	struct message m;

	for (unsigned i = 0; i < sizeof(numbers) / sizeof(*numbers); i++) {
		start(foreign, numbers[i], HANDLED);
		call_thread_foreign(W, 1);
		tap_status(receive(&m), OK);
		tap_equal(m.kind, IPC_FOREIGN_CALL);
		tap_equal(m.badge, HANDLER_BADGE);
		tap_equal(m.word[FOREIGN_RAX], numbers[i]);
		tap_equal(m.word[0] << 8 | m.word[1] << 4 | m.word[FOREIGN_RDX], 0x123);
		tap_equal(m.word[2] << 8 | m.word[3] << 4 | m.word[4], 0x456);
		tap_equal(m.word[FOREIGN_IP], (uintptr_t)foreign_at);
		m.word[FAULT_ANSWER] = REGISTERS_RAX;
		m.word[FAULT_RAX] = 1000;
		tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), OK);
		settle();
		tap_equal(seen, 0x5555 + 1000);
		stop();
	}
	start(foreign, CALL_NULL, NOBODY);
	call_thread_foreign(W, 1);
	settle();
	tap_ok(is_suspended(), "a foreign thread without a handler");
	call_thread_foreign(W, 0);
	call_thread_resume(W);
	settle();
	tap_equal(seen, 0x5555 + OK);
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
	start(undefined, NOWHERE, NOBODY);
	call_thread_handler(W, WEAK);
	settle();
	tap_ok(!is_suspended(), "waits for its handler");
	tap_status(call_object_destroy(WEAK), OK);
	tap_ok(is_suspended(), "which dies");
	stop();
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

static void
endpoints(void)
{
	tap_status(call_endpoint_create(MASTER), OK);
	tap_status(call_endpoint_create(OTHER), OK);
	tap_status(call_cap_mint(MASTER, SLOT_OWN, PAGER, RIGHTS_ALL, PAGER_BADGE), OK);
	tap_status(call_cap_mint(MASTER, SLOT_OWN, HANDLER, RIGHTS_ALL, HANDLER_BADGE), OK);
}

int
main(void)
{
	endpoints();
	tap_status(space_share(SPACE), OK);
	test_errors();
	test_page_faults();
	test_refused();
	test_exceptions();
	test_floating_point();
	test_registers();
	test_foreign();
	test_handler_gone();
	test_revoked();
	test_cancelled();
	tap_done();
}
