/* SPDX-License-Identifier: BSD-2-Clause */
/* Random system calls of l4: what runs in other spaces, the workers' drawing of arguments and the other threads' loops. */
#include "l4_world.h"

static uint64_t
slot_draw(struct random_worker *w)
{
	switch (random_below(w, 8)) {
	case 0:
		return FREE + random_below(w, SLOTS - FREE);
	case 1:
		return random_below(w, 2) ? 16383 + random_below(w, 3) : random_below(w, 16384);
	default:
		return OWN + random_below(w, LAST_USED - OWN);
	}
}

static uint64_t
address_draw(struct random_worker *w)
{
	const struct area *a = (const struct area *)w;
	uint64_t scratch = (uint64_t)&a->scratch;

	switch (random_below(w, 8)) {
	case 0:
		return scratch + random_below(w, sizeof(a->scratch));
	case 1:
		return USER_END - 4096ul * random_below(w, 3);
	case 2:
		return random_below(w, 3) * 4096ul;
	case 3:
	case 4:
		return EXTRA + 4096ul * random_below(w, 64);
	case 5:
		return EXTRA + (1ul << (12 + random_below(w, 34)));
	default:
		return scratch + 4096ul * random_below(w, SCRATCH);
	}
}

static uint64_t
space_draw(struct random_worker *w)
{
	return random_below(w, 3) ? slot_draw(w) : random_below(w, 4) ? SLOT_OWN : OWN + random_below(w, 3);
}

static uint64_t
thread_draw(struct random_worker *w)
{
	if (random_below(w, 16) == 0)
		return SLOT_OWN;
	return random_below(w, 3) ? T + random_below(w, TARGETS + 2) : slot_draw(w);
}

uint64_t
random_argument(struct random_worker *w, enum call_unit unit)
{
	switch (unit) {
	case UNIT_SLOT:
		return slot_draw(w);
	case UNIT_SPACE:
		return space_draw(w);
	case UNIT_THREAD:
		return thread_draw(w);
	case UNIT_ADDRESS:
	case UNIT_CURSOR:
		return address_draw(w);
	case UNIT_BYTES:
		return random_below(w, 2) * 241;	/* nothing on the console */
	case UNIT_RIGHTS:
		return random_below(w, 2) ? random_below(w, 8) : random_below(w, 2) ? random_below(w, 256) : RIGHTS_ALL;
	case UNIT_KIND:
		return random_below(w, 19);
	case UNIT_FLAGS:
		return random_below(w, 2) ? random_word(w) & REGISTERS_ALL : random_below(w, 8);
	case UNIT_TICKS:
		return random_below(w, 2) ? random_below(w, 20000) : random_below(w, 200) * 5000ul;
	case UNIT_COUNT:
	case UNIT_REST:
		return random_below(w, 2) ? random_below(w, 5) : random_below(w, 300);
	default:
		return random_below(w, 2) ? random_below(w, 8) : random_edge(w);
	}
}

/* Who just received may have a caller: it is likely to reply. */
uint64_t
random_number(struct random_worker *w)
{
	bool received = w->current == CALL_IPC_RECEIVE || w->current == CALL_IPC_REPLY_WAIT;

	if (received && (uint32_t)w->left.rax == OK && random_below(w, 2))
		return random_below(w, 2) ? CALL_IPC_REPLY : CALL_IPC_REPLY_WAIT;
	return random_below(w, RANDOM_CALLS);
}

/* Who could set a worker's registers, or answer its calls, would write down what it saw. */
bool
random_forbidden(uint64_t number, const struct random_registers *r)
{
	switch (number) {
	case CALL_THREAD_SELF:
		return true;
	case CALL_THREAD_PAGER:
	case CALL_THREAD_HANDLER:
	case CALL_THREAD_FOREIGN:
		return r->argument[0] == SLOT_OWN;
	default:
		return false;
	}
}

/* One of ODDS is something else. */
#define MOSTLY(w, odds, usual, otherwise) (random_below((w), (odds)) ? (usual) : (otherwise))

static uint64_t
page_draw(struct random_worker *w)
{
	const struct area *a = (const struct area *)w;

	return MOSTLY(w, 3, (uint64_t)&a->scratch + 4096ul * random_below(w, SCRATCH), address_draw(w) & -4096ul);
}

static void
item_draw(struct random_worker *w, struct ipc_item *i)
{
	i->kind = MOSTLY(w, 32, 1 + random_below(w, 5), random_below(w, 8));
	i->rights = MOSTLY(w, 8, RIGHT_READ | random_below(w, 4), random_below(w, 256));
	i->from = i->kind < ITEM_MAP ? slot_draw(w) : page_draw(w);
	i->size = MOSTLY(w, 8, 12 + random_below(w, 2), random_edge(w));
	i->at = random_below(w, 4);
}

static void
string_draw(struct random_worker *w, struct ipc_string *s)
{
	const struct area *a = (const struct area *)w;

	s->address = MOSTLY(w, 6, (uint64_t)&a->scratch + random_below(w, 5 * 4096), address_draw(w));
	s->bytes = MOSTLY(w, 16, random_below(w, 9000), random_edge(w));
}

static void
utcb_draw(struct random_worker *w, struct utcb *u)
{
	for (int i = 0; i < IPC_ITEMS; i++)
		item_draw(w, &u->out[i]);
	for (int i = 0; i < IPC_STRINGS; i++) {
		string_draw(w, &u->string[i]);
		string_draw(w, &u->buffer[i]);
	}
	u->window = (struct ipc_window){
		.slot = FREE + random_below(w, 8), .slots = MOSTLY(w, 4, 8, random_below(w, 20)),
		.address = MOSTLY(w, 8, EXTRA + 0x10000ul * random_below(w, 64), address_draw(w)), .size = MOSTLY(w, 8, 16, random_below(w, 30)),
		.offset = random_below(w, 2) ? IPC_SENDER_CHOOSES : random_below(w, 3) * 4096ul,
	};
	u->transfer_time = random_below(w, 2) ? IPC_NEVER : IPC_TICKS(1 + random_below(w, 200), random_below(w, 6));
}

/* What comes later in a message is reached only when what comes before is in order. */
static uint64_t
tag_draw(struct random_worker *w)
{
	switch (random_below(w, 16)) {
	case 0:
		return random_word(w) & 0xffff;
	case 1:
	case 2:
		return IPC_TAG_OF(random_below(w, 55), 0, 0);
	case 3:
	case 4:
	case 5:
		return IPC_TAG_OF(0, 1 + random_below(w, 2), 0);
	case 6:
		return IPC_TAG_OF(random_below(w, 55), random_below(w, 9), random_below(w, 5));
	case 7:
	case 8:
	case 9:
		return IPC_TAG_OF(0, 0, 1 + random_below(w, 2));
	default:
		return 0;
	}
}

static uint16_t
timeout_draw(struct random_worker *w)
{
	switch (random_below(w, 8)) {
	case 0:
		return IPC_NEVER;
	case 1:
	case 2:
	case 3:
	case 4:
		return IPC_TICKS(1 + random_below(w, 200), random_below(w, 10));
	case 5:
		return random_below(w, 64) ? IPC_AT_ONCE : random_word(w);
	default:
		return IPC_AT_ONCE;
	}
}

void
random_raw(struct random_worker *w, uint64_t number, struct random_registers *r)
{
	utcb_draw(w, (struct utcb *)UTCB);
	r->rax = tag_draw(w) << IPC_TAG | (uint64_t)timeout_draw(w) << IPC_SEND_TIME | (uint64_t)timeout_draw(w) << IPC_RECEIVE_TIME;
	if (number == CALL_IPC_CALL)		/* with time for a reply */
		r->rax |= (uint64_t)IPC_TICKS(500, 5) << IPC_RECEIVE_TIME;
	r->argument[2] = random_below(w, WEAK) ? E + random_below(w, ENDPOINTS) : slot_draw(w);
	if (random_below(w, 8) == 0)
		r->argument[2] = slot_draw(w);
	if (number == CALL_IPC_RECEIVE_FROM)
		r->argument[0] = thread_draw(w);
}

void
work(unsigned long where)
{
	struct random_worker *w = (struct random_worker *)where;

	for (;;)
		random_step(w);
}

/* The bystander: what it has, it has for ever.  worker.calls counts its turns, stray_status what was wrong. */
void
stand_by(unsigned long where)
{
	struct area *a = (struct area *)where;
	uint64_t badge;

	for (;; a->worker.calls++) {
		for (unsigned i = 0; i < sizeof(a->scratch); i += 8)
			if (*(uint64_t *)&a->scratch.bytes[i] != i * 0x9e3779b97f4a7c15)
				a->worker.stray_status = 1;
		if (call_cap_lookup(E, KIND_ENDPOINT, RIGHT_SEND | RIGHT_RECEIVE, &badge) != OK || badge != 0)
			a->worker.stray_status = 2;
		for (unsigned slot = E + 1; slot < 64; slot++)
			if (call_cap_delete(slot) != ERR_NO_CAP)
				a->worker.stray_status = 3;
		if (ipc_signal(CALL_IPC_RECEIVE | (uint64_t)NAP << IPC_RECEIVE_TIME, E) != ERR_TIMEOUT)
			a->worker.stray_status = 4;
	}
}

/* Targets of control, without a UTCB: one answers as long as it is left alone, the other asks. */
void
answering(__attribute__((unused)) unsigned long where)
{
	for (;;)
		ipc_signal(CALL_IPC_REPLY_WAIT, E);
}

void
asking(__attribute__((unused)) unsigned long where)
{
	for (;;)
		ipc_signal(CALL_IPC_CALL, E + 1);
}
