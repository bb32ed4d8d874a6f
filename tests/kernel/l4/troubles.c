/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Random faults, exceptions and foreign calls with random answers, written down: kernels with and without the fast paths must give the same
 * transcript.
 *
 * Three threads, one of them foreign, run into something over and over; a server of higher priority answers, or does not. The first thread has the lowest priority: it
 * runs when all others wait, and then resumes, cancels, ends or replaces somebody, or takes pages back.
 */
#include <janus/registers.h>
#include <l4/fault.h>
#include <l4/utcb.h>
#include "tap.h"
#include "worker.h"

enum { TROUBLED = 3, FOREIGN = 2, SERVER = TROUBLED, KEEPER, ACTORS };
enum { E = 32, PAGER, HANDLER, SPACE, T, S = T + TROUBLED };	/* slots */

#define STEPS	400
#define SEEDS	6
#define REGION	0x40000000ul
#define PAGES	4
#define LAST	0x10ul			/* who goes there has done all its steps */
#define UTCB	((struct utcb *)0x30000000)
#define ONE_ITEM ((uint64_t)IPC_TAG_OF(0, 1, 0) << IPC_TAG)

static char stacks[SERVER + 1][WORKER_STACK] __attribute__((aligned(16)));
static char page[4096] __attribute__((aligned(4096)));
static volatile unsigned left[TROUBLED];
static uint64_t random_state[ACTORS], transcript, entries;
static unsigned kinds[8], failures;

static unsigned
draw(unsigned who, unsigned limit)
{
	random_state[who] = random_state[who] * 6364136223846793005 + 1442695040888963407;
	return (random_state[who] >> 33) % limit;
}

static void
note(uint64_t word)
{
	transcript = (transcript ^ word) * 0x100000001b3;
	entries++;
}

/* --- who is in trouble ---------------------------------------------------------------------------------------------------- */

static void
trouble(unsigned long who)
{
	while (left[who]) {
		uint64_t rax = draw(who, 1000);

		left[who]--;
		switch (draw(who, who == FOREIGN ? 4 : 2)) {
		case 0:
			__asm__ volatile("ud2" : "+a"(rax) : : "memory");
			break;
		case 1:
			rax = *(volatile uint64_t *)(REGION + 4096ul * draw(who, PAGES));
			break;
		default:
			__asm__ volatile("syscall" : "+a"(rax) : "D"(1ul), "S"(2ul), "d"(3ul) : "rcx", "r11", "memory");
			break;
		}
		note(who << 16 | rax);
	}
	((void (*)(void))LAST)();
}

/* --- who answers -------------------------------------------------------------------------------------------------------------- */

static void
answer_page(struct message *m, uint64_t *operation)
{
	uint64_t address = m->word[PAGE_FAULT_ADDRESS];
	unsigned how = draw(SERVER, 8);

	m->word[FAULT_ANSWER] = address == LAST || !how ? FAULT_REFUSED : 0;
	if (address == LAST || how < 2)
		return;
	UTCB->out[0] = (struct ipc_item){
		.kind = ITEM_MAP, .rights = RIGHT_READ | RIGHT_WRITE, .from = (uintptr_t)page, .size = 12, .at = address,
	};
	*operation |= ONE_ITEM;
}

static void
answer_registers(struct message *m, uint64_t kind)
{
	struct registers *r = (struct registers *)UTCB->word;
	uint64_t ip = m->word[kind == IPC_EXCEPTION ? EXCEPTION_IP : FOREIGN_IP] + (kind == IPC_EXCEPTION ? 2 : 0);

	m->word[FAULT_RAX] = draw(SERVER, 1000);
	m->word[FAULT_IP] = ip;
	switch (draw(SERVER, 8)) {
	case 0:
		m->word[FAULT_ANSWER] = FAULT_REFUSED;
		break;
	case 1:
		m->word[FAULT_ANSWER] = REGISTERS_RIP;
		m->word[FAULT_IP] = draw(SERVER, 2) ? -4096ul : 1ul << 47;
		break;
	case 2:
		r->rip = ip;
		r->rax = draw(SERVER, 1000);
		r->rcx = r->r11 = 0;
		m->word[FAULT_ANSWER] = kind == IPC_EXCEPTION ? REGISTERS_RIP | 1ul << 8 | 1ul << 6 : 1ul << 21;
		break;
	case 3:
		m->word[FAULT_ANSWER] = 0;
		break;
	default:
		m->word[FAULT_ANSWER] = kind == IPC_EXCEPTION ? REGISTERS_RIP : REGISTERS_RAX;
		break;
	}
}

static void
serve(unsigned long unused __attribute__((unused)))
{
	uint64_t operation = CALL_IPC_RECEIVE;
	struct message m = { 0 };

	for (;;) {
		enum status status = message_ipc(operation, E, &m);

		note(status);
		operation = draw(SERVER, 16) ? CALL_IPC_REPLY_WAIT : CALL_IPC_RECEIVE;
		if (status) {
			failures++;
			continue;
		}
		kinds[m.kind & 7]++;
		note(m.kind << 8 | m.badge);
		for (int i = 0; i < IPC_WORDS; i++)
			note(m.word[i]);
		if (m.kind == IPC_PAGE_FAULT)
			answer_page(&m, &operation);
		else
			answer_registers(&m, m.kind);
	}
}

/* --- who keeps it going ---------------------------------------------------------------------------------------------------------- */

static void
actor_make(unsigned slot, unsigned long space, void (*entry)(unsigned long), unsigned which, unsigned priority)
{
	uint64_t id;

	if (call_thread_create(space, slot, &id) || call_thread_priority(slot, priority))
		tap_ok(false, "an actor is made");
	if (which == SERVER) {
		call_thread_utcb(slot, (uintptr_t)UTCB);
	} else {
		call_thread_pager(slot, PAGER);
		call_thread_handler(slot, HANDLER);
		call_thread_foreign(slot, which == FOREIGN);
	}
	call_thread_start(slot, (uintptr_t)entry, (uintptr_t)stacks[which] + WORKER_STACK - 8, which);
}

static void
disturb(void)
{
	unsigned who = draw(KEEPER, TROUBLED);

	switch (draw(KEEPER, 8)) {
	case 0:
		note(call_thread_cancel(T + who));
		break;
	case 1:
		note(call_object_destroy(T + who));
		actor_make(T + who, SPACE, trouble, who, 100 + who);
		break;
	case 2:
		note(call_object_destroy(S));
		actor_make(S, SLOT_OWN, serve, SERVER, 200);
		break;
	case 3:
		note(call_unmap(SLOT_OWN, (uintptr_t)page, 1, 0, 0));
		break;
	case 4:
		note(call_thread_pager(T + who, draw(KEEPER, 2) ? PAGER : SLOT_NONE));
		break;
	default:
		break;
	}
	for (who = 0; who < TROUBLED; who++)
		if (left[who])
			note(call_thread_resume(T + who));
}

static void
conversation(uint64_t seed)
{
	for (unsigned who = 0; who < ACTORS; who++)
		random_state[who] = seed * 977 + who;
	for (unsigned who = 0; who < TROUBLED; who++)
		left[who] = STEPS;
	actor_make(S, SLOT_OWN, serve, SERVER, 200);
	for (unsigned who = 0; who < TROUBLED; who++)
		actor_make(T + who, SPACE, trouble, who, 100 + who);
	while (left[0] | left[1] | left[2])
		disturb();
	for (unsigned slot = T; slot <= S; slot++)
		call_object_destroy(slot);
	printf("transcript %lu: %lu words, %#018lx\n", seed, entries, transcript);
}

int
main(void)
{
	call_thread_priority(SLOT_OWN, 1);
	if (space_share(SPACE) || call_endpoint_create(E) || call_cap_mint(E, SLOT_OWN, PAGER, RIGHTS_ALL, 1) ||
	    call_cap_mint(E, SLOT_OWN, HANDLER, RIGHTS_ALL, 2))
		tap_ok(false, "a space and an endpoint");
	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		conversation(seed);
	tap_ok(kinds[IPC_PAGE_FAULT] > 100 && kinds[IPC_EXCEPTION] > 100 && kinds[IPC_FOREIGN_CALL] > 100, "all kinds came");
	tap_ok(failures > 100, "many answers were no good");
	tap_done();
}
