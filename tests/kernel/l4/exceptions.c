/* SPDX-License-Identifier: BSD-2-Clause */
/* Exceptions and foreign system calls: the messages, and the registers that an answer sets. */
#include <l4/utcb.h>
#include "faulty.h"

extern const char ud2_at[], int3_at[], foreign_at[];

static void
undefined(unsigned long result)
{
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

/* A pager that has no page lets the thread go on elsewhere. */
static void
test_page_fault_goes_on(void)
{
	struct message m;

	start(reads, NOWHERE, PAGED);
	tap_status(receive(&m), OK);
	tap_equal(m.kind, IPC_PAGE_FAULT);
	m.word[FAULT_ANSWER] = REGISTERS_RIP;
	m.word[FAULT_IP] = 0x800000000000;		/* not canonical */
	tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), ERR_BAD_ADDRESS);
	m.word[FAULT_IP] = (uintptr_t)end;
	tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), OK);
	settle();
	tap_equal(after, 1);
	tap_equal(seen, NONE);
	stop();
}

/* Elsewhere on another stack, by the reply that waits for the next message, which says whether it is so. */
static void
test_page_fault_jumps(void)
{
	struct message m, next;

	start(reads, NOWHERE, PAGED | HANDLED);
	tap_status(receive(&m), OK);
	tap_equal(m.kind, IPC_PAGE_FAULT);
	m.word[FAULT_ANSWER] = REGISTERS_RAX | REGISTERS_RIP | REGISTERS_RSP;
	m.word[FAULT_RAX] = 99;
	m.word[FAULT_IP] = (uintptr_t)ud2_at;
	m.word[FAULT_SP] = -4096ul;			/* as a program itself may have it */
	m.word[FAULT_IP] = 0x800000000000;		/* not canonical */
	next = m;
	tap_status(message_ipc(CALL_IPC_REPLY_WAIT, MASTER, &next), ERR_BAD_ADDRESS);
	m.word[FAULT_IP] = (uintptr_t)ud2_at;
	tap_status(message_ipc(CALL_IPC_REPLY_WAIT, MASTER, &m), OK);
	tap_equal(m.kind, IPC_EXCEPTION);
	tap_equal(m.word[EXCEPTION_IP], (uintptr_t)ud2_at);
	tap_equal(m.word[EXCEPTION_SP], -4096ul);
	m.word[FAULT_ANSWER] = REGISTERS_RIP | REGISTERS_RSP;
	m.word[FAULT_IP] += 2;
	m.word[FAULT_SP] = (uintptr_t)stack + 64;
	tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), OK);
	settle();
	tap_equal(seen, 99);
	stop();
}

/* All registers, for a handler that has a UTCB: there and back. */
static void
test_all_registers(void)
{
	struct utcb *utcb = (struct utcb *)0x30000000;
	struct registers *r = (struct registers *)utcb->word;
	struct message m;

	start(undefined, 4321, HANDLED);
	tap_status(receive(&m), OK);
	tap_equal(m.tag, 0);				/* there is none */
	m.word[FAULT_ANSWER] = REGISTERS_GENERAL;
	tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), ERR_BAD_VALUE);
	stop();

	tap_status(call_thread_utcb(SLOT_OWN, (uintptr_t)utcb), OK);
	start(undefined, 4321, HANDLED);
	tap_status(receive(&m), OK);
	tap_equal(m.tag, IPC_TAG_OF(EXCEPTION_REGISTERS, 0, 0));
	tap_equal(r->rax, 4321);
	tap_equal(r->rip, m.word[EXCEPTION_IP]);
	tap_equal(r->rflags, m.word[EXCEPTION_FLAGS]);
	tap_equal(r->rsp, m.word[EXCEPTION_SP]);
	tap_equal(r->fs_base, 0);
	r->rax = 77;
	r->rip += 2;
	r->rflags = ~0x100ul;
	r->fs_base = 0x800000000000;			/* not canonical */
	m.word[FAULT_ANSWER] = REGISTERS_ALL;
	tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), ERR_BAD_ADDRESS);
	r->fs_base = 0x1000;
	tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), OK);
	settle();
	tap_equal(seen, 77);
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

#define DIRECT		40			/* a slot of the worker's space */
#define DIRECT_BADGE	73

/* --- foreign but for IPC -------------------------------------------------------------------------------------------------------- */

/* Sends seven words itself, to the slot DIRECT; then makes calls that are foreign, among them two of IPC's numbers that name nothing. */
static void
direct(unsigned long slot)
{
	unsigned long word[4] = { 1, 2, 3, 4 }, sum = 0;

	if (ipc_four(CALL_IPC_CALL, slot, word) == OK)
		sum = word[0] + word[1];
	sum += ipc_signal(CALL_NULL, slot);
	sum += ipc_signal(CALL_IPC_CALL, slot + 1);
	sum += ipc_signal(CALL_IPC_REPLY_WAIT, slot);
	sum += ipc_signal(CALL_IPC_CALL | (uint64_t)IPC_AT_ONCE << IPC_SEND_TIME, slot);
	seen = sum;
	end();
}

static void
test_foreign_but_for_ipc(void)
{
	static const unsigned long foreign_numbers[] = { CALL_NULL, CALL_IPC_CALL, CALL_IPC_REPLY_WAIT, CALL_IPC_CALL | (uint64_t)IPC_AT_ONCE << IPC_SEND_TIME };
	struct message m;

	tap_status(call_cap_grow(SPACE, DIRECT + 1), OK);
	tap_status(call_cap_mint(MASTER, SPACE, DIRECT, RIGHT_SEND, DIRECT_BADGE), OK);
	start(direct, DIRECT, HANDLED);
	call_thread_foreign(W, FOREIGN_BUT_IPC);
	tap_status(receive(&m), OK);
	tap_equal(m.kind, IPC_FROM_THREAD);
	tap_equal(m.badge, DIRECT_BADGE);
	tap_equal(m.word[0] << 4 | m.word[1], 0x12);
	m.word[0] = 100;
	m.word[1] = 200;
	tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), OK);
	for (unsigned i = 0; i < sizeof(foreign_numbers) / sizeof(*foreign_numbers); i++) {
		tap_status(receive(&m), OK);
		tap_equal(m.kind, IPC_FOREIGN_CALL);
		tap_equal(m.word[FOREIGN_RAX], foreign_numbers[i]);
		m.word[FAULT_ANSWER] = REGISTERS_RAX;
		m.word[FAULT_RAX] = 1000;
		tap_status(message_ipc(CALL_IPC_REPLY, 0, &m), OK);
	}
	settle();
	tap_equal(seen, 4300);
	stop();
}

int
main(void)
{
	endpoints();
	tap_status(space_share(SPACE), OK);
	test_exceptions();
	test_floating_point();
	test_registers();
	test_page_fault_goes_on();
	test_page_fault_jumps();
	test_all_registers();
	test_foreign();
	test_foreign_but_for_ipc();
	tap_done();
}
