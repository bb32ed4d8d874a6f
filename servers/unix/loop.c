/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The loop: a message, the core's function for it, the reply with the next receive.
 *
 * It never returns, and begins anew on a fresh stack whenever a call waits, so that it has nothing to keep over an IPC but what is here in static variables.
 */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <janus/kinds.h>
#include <l4/fault.h>
#include <l4/stubs.h>
#include <l4/thread.h>
#include <unix/memory.h>
#include <unix/unix.h>
#include "host.h"

uint64_t endpoint;

/* What the next IPC says: CALL_IPC_RECEIVE, or a reply with these words. */
static struct {
	uint64_t operation, tag;
	uint64_t word[4];		/* rdi rsi r8 r9 */
	uint64_t sp;			/* rbx */
	struct task *retry;		/* whose page fault it answers; NULL: something else */
	uint64_t address;		/* there */
} answer = { .operation = CALL_IPC_RECEIVE };

struct message loop_message;		/* what came, unless it is a system call: that is in its task already */

/* --- the IPC ------------------------------------------------------------------------------------------------------------------------- */

#define REGISTER(name)	(offsetof(struct task, registers) + offsetof(struct registers, name))

/*
 * A system call's words go from registers into the task, whose address is the badge, be it foreign or sent by the program; everything else into loop_message.  All of rax that
 * came: status, kind, tag; *T is the badge.
 */
static inline __attribute__((always_inline)) uint64_t
exchange(uint64_t operation, struct task **t)
{
	uint64_t rdx = endpoint, rdi = answer.word[0], rsi = answer.word[1];
	register uint64_t r8 __asm__("r8") = answer.word[2];
	register uint64_t r9 __asm__("r9") = answer.word[3];
	uint64_t rbx = answer.sp;

	__asm__ volatile(
		"syscall\n\t"
		"movabs	%[foreign], %%rcx\n\t"
		"cmp	%%rcx, %%rax\n\t"
		"je	2f\n\t"
		"test	%%rax, %%rax\n\t"
		"jnz	1f\n\t"
		"movabs	%[arena], %%rcx\n\t"
		"cmp	%%rcx, %%rdx\n\t"
		"jb	1f\n"
		"2:	mov	%%rdi, %c[rdi_at](%%rdx)\n\t"
		"mov	%%rsi, %c[rsi_at](%%rdx)\n\t"
		"mov	%%r10, %c[r10_at](%%rdx)\n\t"
		"mov	%%r8, %c[r8_at](%%rdx)\n\t"
		"mov	%%r9, %c[r9_at](%%rdx)\n\t"
		"mov	%%rbx, %c[rax_at](%%rdx)\n\t"
		"mov	%%rbp, %c[rdx_at](%%rdx)\n\t"
		"mov	%%r12, %c[rip_at](%%rdx)\n\t"
		"mov	%%r13, %c[rsp_at](%%rdx)\n\t"
		"mov	%%r14, %c[flags_at](%%rdx)\n\t"
		"jmp	3f\n"
		"1:	mov	%%rdi, loop_message\n\t"
		"mov	%%rsi, loop_message+8\n\t"
		"mov	%%r10, loop_message+16\n\t"
		"mov	%%r8, loop_message+24\n\t"
		"mov	%%r9, loop_message+32\n\t"
		"mov	%%rbx, loop_message+40\n"
		"3:"
		: "+a"(operation), "+d"(rdx), "+D"(rdi), "+S"(rsi), "+r"(r8), "+r"(r9), "+b"(rbx)
		: [foreign] "i"((uint64_t)IPC_FOREIGN_CALL << IPC_KIND), [arena] "i"(UNIX_ARENA), [rdi_at] "i"(REGISTER(rdi)), [rsi_at] "i"(REGISTER(rsi)),
		  [r10_at] "i"(REGISTER(r10)), [r8_at] "i"(REGISTER(r8)), [r9_at] "i"(REGISTER(r9)), [rax_at] "i"(REGISTER(rax)),
		  [rdx_at] "i"(REGISTER(rdx)), [rip_at] "i"(REGISTER(rip)), [rsp_at] "i"(REGISTER(rsp)), [flags_at] "i"(REGISTER(rflags))
		: "r10", "r12", "r13", "r14", "r15", "rcx", "r11", "rbp", "memory");
	*t = (struct task *)rdx;
	return operation;
}

/* --- answers ----------------------------------------------------------------------------------------------------------------------------- */

static void
answer_nobody(void)
{
	answer.operation = CALL_IPC_RECEIVE;
	answer.tag = 0;
	answer.retry = NULL;
}

/* A program has ended, or gone elsewhere.  With the first one the server ends, with its code as a shell tells it. */
static void
answer_ended(void)
{
	int status = unix_ended();

	answer_nobody();
	if (status < 0)
		return;
	console_finish();
	exit(status & 0x7f ? 128 + (status & 0x7f) : status >> 8 & 0xff);
}

static void
answer_with(uint64_t mask, uint64_t value)
{
	answer.operation = CALL_IPC_REPLY_WAIT;
	answer.tag = 0;
	answer.word[0] = mask;
	answer.word[1] = value;
	answer.retry = NULL;
}

/* A call's result, or whatever registers the core has set. */
static void
answer_registers(struct task *t)
{
	uint32_t others = t->set & ~(REGISTERS_RAX | REGISTERS_RIP | REGISTERS_RFLAGS | REGISTERS_RSP);

	thread_within(t);
	if (others && t->host.by == BY_DIRECT) {
		struct registers all = t->registers;
		call_thread_exchange(t->host.slot, others, (uintptr_t)&all);
	} else if (others) {
		memcpy(thread_utcb()->word, &t->registers, sizeof(t->registers));
		answer_with(t->set, 0);
		return;
	}
	answer_with(t->set, t->registers.rax);
	answer.word[2] = t->registers.rip;
	answer.word[3] = t->registers.rflags;
	answer.sp = t->registers.rsp;
}

/* With a page, or with registers where there is none. */
static void
answer_page(struct task *t, uint64_t address)
{
	if (t->set) {
		space_silent();
		answer_registers(t);
		return;
	}
	unsigned tag = space_answer();
	answer_with(0, 0);
	answer.tag = tag;
	answer.retry = t;
	answer.address = address;
}

/* The pool of a program's space is empty: it gets more, and the reply is tried again.  Without, the program is ended. */
static void
answer_failed(enum status status)
{
	struct task *t = answer.retry;

	if (status != ERR_PARTNER_KMEM || !t) {
		host_log("a reply fails with status %u", status);
		answer_nobody();
	} else if (memory_lend(t->process->memory->host.slot)) {
		answer_page(t, answer.address);
	} else {
		host_log("%s is ended: there is no kernel memory for its tables", t->name);
		unix_died(t);
		answer_ended();
	}
}

/* --- messages ------------------------------------------------------------------------------------------------------------------------------ */

static void
task_enters(struct task *t, unsigned by)
{
	fiber_current->task = t;
	t->host.by = (uint8_t)by;
	t->host.fiber = fiber_current;
}

/* False: it has ended, or was moved to another memory and is on its way there. */
static bool
task_leaves(struct task *t)
{
	struct fiber *f = fiber_current;

	if (f->task != t)
		return false;
	f->task = NULL;
	t->host.fiber = NULL;
	if (!t->host.moved)
		return true;
	thread_begin(t);
	return false;
}

static void
page_fault(struct task *t)
{
	uint64_t address = loop_message.word[PAGE_FAULT_ADDRESS];
	unsigned access = (unsigned)loop_message.word[PAGE_FAULT_ACCESS];

	t->registers.rip = loop_message.word[PAGE_FAULT_IP];
	t->registers.rflags = loop_message.word[PAGE_FAULT_FLAGS];
	t->registers.rsp = loop_message.word[PAGE_FAULT_SP];
	task_enters(t, IPC_PAGE_FAULT);
	space_fault();
	unix_fault(t, address, access, false);
	if (task_leaves(t)) {
		answer_page(t, address);
	} else {
		space_silent();
		answer_ended();
	}
}

static void
exception(struct task *t)
{
	uint64_t vector = loop_message.word[EXCEPTION_VECTOR], error = loop_message.word[EXCEPTION_ERROR];

	t->registers.rip = loop_message.word[EXCEPTION_IP];
	t->registers.rflags = loop_message.word[EXCEPTION_FLAGS];
	t->registers.rsp = loop_message.word[EXCEPTION_SP];
	task_enters(t, IPC_EXCEPTION);
	unix_exception(t, (unsigned)vector, error);
	if (task_leaves(t))
		answer_registers(t);
	else
		answer_ended();
}

static inline void
call(struct task *t, unsigned by)
{
	task_enters(t, by);
	unix_call(t);
	if (!task_leaves(t))
		answer_ended();
	else if (__builtin_expect(t->set == REGISTERS_RAX, 1))
		answer_with(REGISTERS_RAX, t->registers.rax);
	else
		answer_registers(t);
}

static void
other(uint64_t came, struct task *t)
{
	switch (came >> IPC_KIND & 0xffff) {
	case IPC_PAGE_FAULT:
		page_fault(t);
		break;
	case IPC_EXCEPTION:
		exception(t);
		break;
	case IPC_NOTIFICATION:
		answer_nobody();
		console_typed();
		break;
	default:
		answer_nobody();
	}
}

/* --- time, and work that no message brings ------------------------------------------------------------------------------------------- */

static void
alarms(void)
{
	uint64_t now = host_clock();

	fiber_deadlines(now);
	if (alarm_next <= now)
		unix_alarmed();
}

/* Until DEADLINE, as the operation has it. */
static uint64_t __attribute__((noinline))
patience_until(uint64_t deadline)
{
	uint64_t now = host_clock();
	if (deadline <= now)
		return (uint64_t)IPC_AT_ONCE << IPC_RECEIVE_TIME;
	uint64_t ticks = ticks_of(deadline - now), exponent = 0;
	for (; ticks >= 1024; ticks = (ticks + 1) / 2)
		exponent++;
	return (uint64_t)IPC_TICKS(ticks, exponent) << IPC_RECEIVE_TIME;
}

/* The receive timeout: the nearest deadline. */
static inline uint64_t
patience(void)
{
	if (!fiber_timed)
		return alarm_next == UNIX_NEVER ? 0 : patience_until(alarm_next);
	return patience_until(fiber_timed->deadline < alarm_next ? fiber_timed->deadline : alarm_next);
}

static inline bool
is_work(void)
{
	return fiber_ready || thread_interrupted;
}

/* Who was served last has its reply before anything else is done. */
static void
reply_now(void)
{
	struct task *nobody;

	while (answer.operation == CALL_IPC_REPLY_WAIT) {
		enum status status = (enum status)(uint32_t)exchange(CALL_IPC_REPLY | answer.tag << IPC_TAG, &nobody);
		if (status == OK || status == ERR_NOT_FOUND)
			answer_nobody();
		else
			answer_failed(status);
	}
}

static void
work(void)
{
	while (is_work()) {
		reply_now();
		if (thread_interrupted)
			thread_interrupt();
		else
			fiber_resume();
	}
}

static void
failed(enum status status)
{
	if (status == ERR_TIMEOUT) {		/* the reply, if there was one, has been done */
		answer_nobody();
		alarms();
	} else {
		answer_failed(status);
	}
}

void
loop(void)
{
	for (;;) {
		if (__builtin_expect(is_work(), 0))
			work();
		struct task *t;
		uint64_t came = exchange(answer.operation | patience() | answer.tag << IPC_TAG, &t);
		if (__builtin_expect(came == (uint64_t)IPC_FOREIGN_CALL << IPC_KIND, 1))
			call(t, IPC_FOREIGN_CALL);
		else if (!came && (uintptr_t)t >= UNIX_ARENA)
			call(t, BY_DIRECT);
		else if ((uint32_t)came)
			failed((enum status)(uint32_t)came);
		else
			other(came, t);
	}
}
