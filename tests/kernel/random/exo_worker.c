/* SPDX-License-Identifier: BSD-2-Clause */
/* Random system calls of exo: what runs in other environments. */
#include "exo_world.h"

#include <exo/calls.h>

#define W	(&AREA->worker)

/* Entered by a transfer, or by an upcall: with somebody's registers, and goes on with its own. */
__asm__(".text\n"
	"worker_entered:\n"
	"	mov	$0x50003000, %esp\n"
	"	call	entered\n"
	"worker_upcall:\n"
	"	mov	$0x50003000, %esp\n"
	"	xor	%edi, %edi\n"
	"	cld\n"
	"	call	work\n");
_Static_assert(__builtin_offsetof(struct area, scratch) == 0x3000, "the stack's end above");

static uint64_t
address_draw(struct random_worker *w)
{
	uint64_t scratch = (uint64_t)AREA->scratch;

	switch (random_below(w, 10)) {
	case 0:
		return scratch + random_below(w, sizeof(AREA->scratch));
	case 1:
		return USER_END - 4096ul * random_below(w, 3);
	case 2:
		return random_below(w, 3) * 4096ul;
	case 3:
	case 4:
	case 5:
		return EXTRA + 4096ul * random_below(w, 16);
	case 6:
		return EXTRA + (1ul << (12 + random_below(w, 34)));
	case 7:
		return (uint64_t)(random_below(w, 2) ? worker_entered : worker_upcall);
	default:
		return scratch + 64ul * random_below(w, SCRATCH * 64);
	}
}

/* Payload and MAC are drawn one after the other. */
static uint64_t
token_draw(struct random_worker *w)
{
	AREA->half = !AREA->half;
	if (AREA->half)
		AREA->drawn = random_below(w, TOKENS);
	const struct token *t = &AREA->token[AREA->drawn];
	return AREA->half ? t->payload : t->mac ^ (random_below(w, 16) == 0);
}

uint64_t
random_argument(struct random_worker *w, enum call_unit unit)
{
	static const uint64_t rights[] = { RIGHT_READ, RIGHT_READ | RIGHT_WRITE, RIGHT_READ | RIGHT_EXECUTE, RIGHTS_ALL };

	switch (unit) {
	case UNIT_NAME:
		return AREA->name[random_below(w, NAMES)];
	case UNIT_SLOT:
	case UNIT_SPACE:
		if (unit == UNIT_SPACE && random_below(w, 2))
			return SLOT_OWN;
		return random_below(w, 3) ? random_below(w, 8) : random_below(w, 2) ? random_below(w, WORKER_SLOTS) : random_below(w, 16384);
	case UNIT_ADDRESS:
	case UNIT_CURSOR:
		return address_draw(w) & (unit == UNIT_CURSOR && random_below(w, 4) ? -4096ul : -1ul);
	case UNIT_BYTES:
		return random_below(w, 2) * 241;	/* nothing on the console */
	case UNIT_RIGHTS:
		return random_below(w, 2) ? rights[random_below(w, 4)] : random_below(w, 512);
	case UNIT_FLAGS:
		return random_below(w, 2) ? rights[random_below(w, 3)] : random_below(w, 16);
	case UNIT_REST:
		return random_below(w, 2) ? random_below(w, 5) : random_below(w, 100);
	case UNIT_TOKEN:
		return token_draw(w);
	default:
		return random_below(w, 3) ? random_below(w, 5) : random_below(w, 2) ? random_below(w, 300) : random_edge(w);
	}
}

/* What ends a worker's life, or puts it to sleep, is made less often. */
uint64_t
random_number(struct random_worker *w)
{
	static const uint64_t rare[] = { CALL_THREAD_EXIT, CALL_PARK, CALL_TRANSFER, CALL_DESTROY, CALL_REPOSSESS, CALL_LIBRARY };
	uint64_t number = random_below(w, RANDOM_CALLS);

	AREA->half = false;
	for (unsigned i = 0; i < sizeof(rare) / sizeof(rare[0]); i++)
		if (number == rare[i] && random_below(w, 8))
			return CALL_BIND;
	return number;
}

/* Where the worker itself is may not be written, and it may not be entered elsewhere, nor lose its system calls. */
bool
random_forbidden(uint64_t number, const struct random_registers *r)
{
	const uint64_t *a = r->argument;

	for (unsigned i = 0; i < 6; i++)
		if (a[i] >= (uint64_t)AREA && a[i] < (uint64_t)AREA->scratch && number < RANDOM_CALLS && call_rows[number].unit[i] != UNIT_NONE)
			return true;
	switch (number) {
	case CALL_ENTRY:
		return a[0] < USER_END && a[0] != (uint64_t)worker_entered;
	case CALL_LIBRARY:
		return a[0] <= a[1] && a[1] <= USER_END && (a[0] > (uint64_t)__executable_start || a[1] < (uint64_t)__etext);
	case CALL_BATCH:				/* of which others could be such */
		return a[1] > 4;
	case CALL_UNBIND:
	case CALL_PROTECT:
		return a[0] < EXTRA && a[1];
	case CALL_WAIT:
		return a[2] > 1ul << 40;
	case CALL_LOG_WRITE:
		return a[1] && a[1] <= 240;
	default:
		return false;
	}
}

/* yield_to. */
void
random_raw(struct random_worker *w, uint64_t number, struct random_registers *r)
{
	r->rax = number;
	r->argument[0] = random_below(w, 4) ? AREA->name[random_below(w, NAMES)] : random_word(w);
}

/* What a call gave that can be used is remembered: tokens, names. */
static void
learn(void)
{
	const struct random_registers *r = &W->left;
	uint64_t *own = AREA->name;

	if (r->rax != OK)
		return;
	switch (W->current) {
	case CALL_FRAME_ALLOC:
	case CALL_FRAME_DERIVE:
	case CALL_RESOURCE_DERIVE:
	case CALL_FRAME_REVOKE:
	case CALL_SLICE_NAME:
		AREA->token[GIFTS + random_below(W, TOKENS - GIFTS)] = (struct token){ r->argument[0], r->argument[1] };
		break;
	case CALL_ENVIRONMENT_CREATE:
		own[NAMES - 1] = r->argument[0];
		break;
	}
}

/* Who is entered left by a park, or by a transfer, which succeeded. */
void __attribute__((used))
entered(void)
{
	if (W->current == CALL_PARK || W->current == CALL_TRANSFER)
		W->seen[W->current] |= 1u << OK;
}

void __attribute__((used))
work(uint64_t unused __attribute__((unused)))
{
	uint64_t name;

	AREA->begins++;
	call_entry((uint64_t)worker_entered, &name);
	for (;;) {
		random_step(W);
		learn();
	}
}

/* The bystander: what it has, it has for ever.  worker.calls counts its turns, stray_status what was wrong. */
void
stand_by(uint64_t unused __attribute__((unused)))
{
	uint64_t physical, granted, rights, accessed, dirty, from, first, second, third, fourth, left;

	for (;; W->calls++) {
		for (unsigned i = 0; i < sizeof(AREA->scratch); i += 8)
			if (*(uint64_t *)&AREA->scratch[i] != i * 0x9e3779b97f4a7c15)
				W->stray_status = 1;
		if (call_binding((uint64_t)AREA->scratch, &physical, &granted, &rights, &accessed, &dirty) != OK ||
		    granted != (RIGHT_READ | RIGHT_WRITE))
			W->stray_status = 2;
		for (uint64_t slot = 0; slot < WORKER_SLOTS; slot++)
			if (call_cap_delete(slot) != ERR_NO_CAP)
				W->stray_status = 3;
		if (call_entry_take(&from, &first, &second, &third, &fourth, &left) != ERR_NOT_FOUND)
			W->stray_status = 4;
		call_yield();
	}
}
