/* SPDX-License-Identifier: BSD-2-Clause */
/* Actors, who send each other whatever fits a message and touch pages that are not there; and their pagers, who are no better. */
#include "l4_paged.h"
#include <string.h>

/* --- drawing ---------------------------------------------------------------------------------------------------------- */

/* Never where threads keep their counts: a string may come there. */
static uint64_t
address_draw(struct random_worker *w)
{
	switch (random_below(w, 10)) {
	case 0:
		return UTCB(random_below(w, THREADS));
	case 1:
		return random_edge(w);
	case 2:
		return 0x800000000000ul - PAGE * random_below(w, 4);
	case 3:
	case 4:
		return REGION + PAGE * random_below(w, REGION_PAGES + 64);
	default:
		return REGION + random_word(w) % REGION_BYTES;
	}
}

static uint16_t
timeout_draw(struct random_worker *w)
{
	switch (random_below(w, 6)) {
	case 0:
		return IPC_AT_ONCE;
	case 1:
		return random_below(w, 20) ? IPC_TICKS(100, 8) : IPC_NEVER;
	default:
		return IPC_TICKS(1 + random_below(w, 500), random_below(w, 9));
	}
}

static void
item_draw(struct random_worker *w, struct ipc_item *i)
{
	i->kind = random_below(w, 30) ? 1 + random_below(w, 5) : random_below(w, 9);
	i->rights = random_below(w, 5) ? RIGHT_READ | RIGHT_WRITE : random_word(w);
	i->from = i->kind < ITEM_MAP ? SLEEP + random_below(w, FREE + 8 - SLEEP) : address_draw(w) & -PAGE;
	i->size = random_below(w, 3) ? 12 + random_below(w, 3) : random_below(w, 3) ? 12 + random_below(w, 36) : random_edge(w);
	if (i->kind >= ITEM_MAP && i->size < 48 && random_below(w, 4))
		i->from &= -(1ul << i->size);
	i->at = random_below(w, 2) ? address_draw(w) : random_edge(w);
}

static void
utcb_draw(struct random_worker *w, struct utcb *u)
{
	for (int i = 0; i < IPC_ITEMS; i++)
		item_draw(w, &u->out[i]);
	for (int i = 0; i < IPC_STRINGS; i++) {
		u->string[i] = (struct ipc_string){
			.address = random_below(w, 3) ? REGION + random_word(w) % REGION_BYTES : address_draw(w),
			.bytes = random_below(w, 8) ? random_word(w) % 30000 : random_below(w, 2) ? random_word(w) % (5ul << 20) : random_edge(w),
		};
		u->buffer[i] = (struct ipc_string){
			.address = random_below(w, 3) ? REGION + random_word(w) % REGION_BYTES : address_draw(w),
			.bytes = random_below(w, 4) ? REGION_BYTES : random_edge(w),
		};
	}
	u->window = (struct ipc_window){
		.slot = FREE + random_below(w, 8), .slots = random_below(w, 5) ? 8 : random_edge(w), .address = address_draw(w) & -PAGE,
		.size = random_below(w, 2) ? 12 + random_below(w, 12) : random_below(w, 4) ? 12 + random_below(w, 36) : random_edge(w),
		.offset = random_below(w, 3) ? IPC_SENDER_CHOOSES : PAGE * random_below(w, 9),
	};
	if (u->window.size < 48 && random_below(w, 6))
		u->window.address &= -(1ul << u->window.size);
	u->transfer_time = random_below(w, 4) ? timeout_draw(w) : IPC_NEVER;
}

static uint64_t
tag_draw(struct random_worker *w)
{
	switch (random_below(w, 8)) {
	case 0:
		return random_word(w) & 0xffff;
	case 1:
		return IPC_TAG_OF(random_below(w, 54), 0, 0);
	case 2:
	case 3:
		return IPC_TAG_OF(0, 1 + random_below(w, 3), 0);
	case 4:
	case 5:
		return IPC_TAG_OF(0, 0, 1 + random_below(w, 4));
	case 6:
		return IPC_TAG_OF(random_below(w, 54), random_below(w, 9), random_below(w, 5));
	default:
		return 0;
	}
}

/* --- what actors do --------------------------------------------------------------------------------------------------------- */

static void
see_message(struct area *a, enum status status, const struct message *m)
{
	if (status == OK) {
		a->seen[GOT_MESSAGE] += m->kind == IPC_FROM_THREAD;
		a->seen[GOT_NOTIFICATION] += m->kind == IPC_NOTIFICATION;
		a->seen[WORDS_CAME] += (m->tag & ((1 << IPC_TAG_ITEMS) - 1)) != 0;
		a->seen[ITEM_CAME] += (m->tag >> IPC_TAG_ITEMS & ((1 << (IPC_TAG_STRINGS - IPC_TAG_ITEMS)) - 1)) != 0;
		a->seen[STRING_CAME] += m->tag >> IPC_TAG_STRINGS != 0;
	}
	a->seen[CALL_TIMED_OUT] += status == ERR_TIMEOUT;
	a->seen[CALL_CANCELLED] += status == ERR_CANCELLED;
	a->seen[NO_WINDOW] += status == ERR_NO_WINDOW;
	a->seen[PARTNER_FAULT] += status == ERR_PARTNER_FAULT;
}

static void
talk(struct area *a, unsigned which)
{
	static const uint64_t operations[] = {
		CALL_IPC_CALL, CALL_IPC_SEND, CALL_IPC_RECEIVE, CALL_IPC_REPLY_WAIT, CALL_IPC_REPLY, CALL_IPC_RECEIVE_FROM,
	};
	struct random_worker *w = &a->worker;
	uint64_t operation = operations[random_below(w, 6)];
	uint64_t times = (uint64_t)timeout_draw(w) << IPC_SEND_TIME | (uint64_t)timeout_draw(w) << IPC_RECEIVE_TIME;
	struct message m = { .word = { operation == CALL_IPC_RECEIVE_FROM ? THREAD + random_below(w, THREADS) : 0 } };

	utcb_draw(w, (struct utcb *)UTCB(which));
	uint64_t at = random_below(w, 6) ? ENDPOINT + random_below(w, ENDPOINTS) : PAGER + random_below(w, 3);
	enum status status = message_ipc(operation | times | tag_draw(w) << IPC_TAG, at, &m);
	see_message(a, status, &m);
}

static void
trap(struct area *a)
{
	a->seen[TRAPPED]++;
	switch (random_below(&a->worker, 5)) {
	case 0:
		__asm__ volatile("ud2; nop; nop");
		break;
	case 1:
		__asm__ volatile("int3; nop; nop");
		break;
	case 2:
		__asm__ volatile("cli; nop; nop");
		break;
	case 3:
		__asm__ volatile("pushf; orq $0x100, (%%rsp); popf; nop; nop" : : : "memory", "cc");
		break;
	default:
		(void)*(volatile uint64_t *)(address_draw(&a->worker) & -8ul);
	}
}

static void
map_something(struct area *a)
{
	struct random_worker *w = &a->worker;
	uint64_t to = address_draw(w) & -PAGE, from = address_draw(w) & -PAGE;

	see(a, MAPPED, call_space_map(OTHER, to, from, random_below(w, 3) ? random_below(w, 40) : random_edge(w), random_below(w, 8)));
}

static void
act_once(struct area *a, unsigned which)
{
	struct random_worker *w = &a->worker;
	uint64_t bits;

	switch (random_below(w, 20)) {
	case 0:
	case 1:
	case 2:
		*(volatile uint64_t *)(REGION + PAGE * random_below(w, REGION_PAGES)) = which;
		a->seen[PAGE_TOUCHED]++;
		break;
	case 3:
		if (random_below(w, 4) == 0)
			trap(a);
		break;
	case 4:
		call_notification_signal(NOTIFICATION, random_word(w));
		break;
	case 5:
		call_notification_wait(NOTIFICATION, timeout_draw(w), &bits);
		break;
	case 6:
		call_notification_bind(NOTIFICATION, random_below(w, 2) ? ENDPOINT + random_below(w, ENDPOINTS) : SLOT_NONE);
		break;
	case 7:
		map_something(a);
		break;
	case 8:
		if (random_below(w, 3) == 0)
			disturb(a, false);
		break;
	case 9:
		call_thread_resume(THREAD + random_below(w, THREADS));
		break;
	default:
		talk(a, which);
	}
}

void
act(unsigned long which)
{
	for (;; area[which].worker.calls++)
		act_once(&area[which], which);
}

/* --- what pagers do --------------------------------------------------------------------------------------------------------- */

/* The answer to a page fault: some of the region, or a refusal.  Returns its tag. */
static uint64_t
answer_page(struct area *a, struct utcb *u, struct message *m)
{
	struct random_worker *w = &a->worker;
	uint64_t address = m->word[PAGE_FAULT_ADDRESS];
	unsigned size = random_below(w, 6) ? 12 : 12 + random_below(w, 14);

	a->seen[GOT_PAGE_FAULT]++;
	memset(m, 0, sizeof(*m));
	if (random_below(w, 12) == 0) {
		a->seen[REFUSED]++;
		m->word[FAULT_ANSWER] = FAULT_REFUSED;
		return 0;
	}
	u->out[0] = (struct ipc_item){
		.kind = random_below(w, 10) ? ITEM_MAP : ITEM_GRANT, .rights = random_below(w, 6) ? RIGHT_READ | RIGHT_WRITE : 1 + random_below(w, 7),
		.from = (REGION + address % REGION_BYTES) & -(1ul << size), .size = size, .at = address,
	};
	a->seen[u->out[0].kind == ITEM_MAP ? ANSWERED_MAP : ANSWERED_GRANT]++;
	return IPC_TAG_OF(0, 1, 0);
}

/* The answer to an exception or a foreign call: registers, few or all, good or bad. */
static uint64_t
answer_registers(struct area *a, struct utcb *u, struct message *m)
{
	struct random_worker *w = &a->worker;
	uint64_t ip = m->word[EXCEPTION_IP];

	a->seen[m->kind == IPC_EXCEPTION ? GOT_EXCEPTION : GOT_FOREIGN_CALL]++;
	for (int i = 0; i < EXCEPTION_REGISTERS; i++)
		if (random_below(w, 4) == 0)
			u->word[i] = random_word(w);
	m->word[FAULT_RAX] = random_word(w);
	m->word[FAULT_FLAGS] = random_word(w);
	m->word[FAULT_IP] = random_below(w, 16) ? ip + 2 : random_word(w);
	m->word[FAULT_SP] = (uintptr_t)area[random_below(w, ACTORS)].stack + PAGE;
	m->word[FAULT_ANSWER] = random_below(w, 4) ? REGISTERS_RAX | (m->kind == IPC_EXCEPTION ? REGISTERS_RIP : 0) : random_below(w, 3) ? random_word(w) & REGISTERS_ALL : FAULT_REFUSED;
	a->seen[m->word[FAULT_ANSWER] == FAULT_REFUSED ? REFUSED : ANSWERED_REGISTERS]++;
	return random_below(w, 2) ? IPC_TAG_OF(EXCEPTION_REGISTERS, 0, 0) : 0;
}

/* Now and then a pager dies, receives without an answer, faults itself, or has something done to others. */
static bool
misbehaves(struct area *a)
{
	struct random_worker *w = &a->worker;

	switch (random_below(w, 40)) {
	case 0:
		if (random_below(w, 10) == 0)
			call_thread_exit();
		return false;
	case 1:
		return true;
	case 2:
		*(volatile uint64_t *)(REGION + 2 * REGION_BYTES) = 1;
		return false;
	case 3:
		disturb(a, false);
		return false;
	default:
		return false;
	}
}

void
serve_pages(unsigned long which)
{
	struct area *a = &area[which];
	struct utcb *u = (struct utcb *)UTCB(which);
	uint64_t operation = CALL_IPC_RECEIVE, tag = 0;
	struct message m = { 0 };

	for (;; a->worker.calls++) {
		enum status status = message_ipc(operation | tag << IPC_TAG | (uint64_t)IPC_TICKS(500, 10) << IPC_RECEIVE_TIME, PAGER + random_below(&a->worker, 3), &m);
		tag = 0;
		a->seen[ANSWER_FAILED] += operation == CALL_IPC_REPLY_WAIT && status != OK && status != ERR_TIMEOUT;
		operation = CALL_IPC_RECEIVE;
		if (status != OK)
			continue;
		see_message(a, status, &m);
		if (m.kind == IPC_PAGE_FAULT)
			tag = answer_page(a, u, &m);
		else if (m.kind == IPC_EXCEPTION || m.kind == IPC_FOREIGN_CALL)
			tag = answer_registers(a, u, &m);
		if (!misbehaves(a))
			operation = CALL_IPC_REPLY_WAIT;
	}
}
