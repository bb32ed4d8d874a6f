/* SPDX-License-Identifier: BSD-2-Clause */
/* Random system calls of probe: what runs in other spaces. */
#include "probe_world.h"

#include <janus/registers.h>
#include <probe/calls.h>

#define W	(&AREA->worker)

/* A worker goes on here when it faulted; the threads that it makes run the loop below. */
__asm__(".text\n"
	"worker_again:\n"
	"	mov	$0x50003000, %esp\n"
	"	xor	%edi, %edi\n"
	"	cld\n"
	"	call	work\n"
	"child:\n"
	"	mov	%rdi, %rax\n"
	"	syscall\n"
	"	jmp	child\n");
extern char worker_again[], child[];
_Static_assert(__builtin_offsetof(struct area, scratch) == 0x3000, "the stack's end above");

static uint64_t
address_draw(struct random_worker *w)
{
	static const uint64_t special[] = { 0, 4096, USER_END, USER_END - 4096, USER_END - 8192, 1ul << 63, -4096ul };
	uint64_t scratch = (uint64_t)AREA->scratch;

	switch (random_below(w, 10)) {
	case 0:
		return scratch + random_below(w, sizeof(AREA->scratch));
	case 1:
		return special[random_below(w, 7)];
	case 2:
		return (uint64_t)(random_below(w, 2) ? worker_again : child);
	case 3:
		return EXTRA + (1ul << (12 + random_below(w, 34)));
	case 4:
		return EXTRA + (random_below(w, 4) << 21);
	case 5:
	case 6:
		return scratch + 4096ul * random_below(w, SCRATCH);
	default:
		return EXTRA + 4096ul * random_below(w, 16);
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

static uint64_t
slot_draw(struct random_worker *w)
{
	return random_below(w, 3) ? random_below(w, 20) : random_below(w, 2) ? random_below(w, WORKER_SLOTS) : random_below(w, 16384);
}

static uint64_t
ticks_draw(struct random_worker *w)
{
	return random_below(w, 4) ? random_below(w, 100000) : random_edge(w);
}

static uint64_t
physical_draw(struct random_worker *w)
{
	static const uint64_t special[] = { 0, 0x100000, 0xfed00000, 0xfee00000, 0xfec00000, -4096ul };

	switch (random_below(w, 4)) {
	case 0:
		return special[random_below(w, 6)];
	case 1:
		return (uint64_t)random_below(w, 1u << 14) << 12;
	default:
		return AREA->frame[random_below(w, FRAMES)];
	}
}

uint64_t
random_argument(struct random_worker *w, enum call_unit unit)
{
	static const uint64_t rights[] = { RIGHT_READ, RIGHT_READ | RIGHT_WRITE, RIGHT_READ | RIGHT_EXECUTE, RIGHTS_ALL };

	switch (unit) {
	case UNIT_ADDRESS:
		return address_draw(w);
	case UNIT_BYTES:
		return random_below(w, 2) * 241;	/* nothing on the console */
	case UNIT_TICKS:
		return ticks_draw(w);
	case UNIT_SPACE:
	case UNIT_THREAD:
		return random_below(w, 3) ? slot_draw(w) : SLOT_OWN;
	case UNIT_SLOT:
		return slot_draw(w);
	case UNIT_FLAG:
		return random_below(w, 2);
	case UNIT_FLAGS:
		return random_below(w, 2) ? 0 : random_below(w, 2) ? random_below(w, 4) : random_below(w, 8) << 18;
	case UNIT_RIGHTS:
		return random_below(w, 3) ? rights[random_below(w, 4)] : random_below(w, 512);
	case UNIT_KIND:
		return random_below(w, 4) ? random_below(w, KIND_PERSONALITY + 1) : random_below(w, 40);
	case UNIT_PHYSICAL:
		return physical_draw(w);
	case UNIT_ORDER:
		return random_below(w, 4) ? random_below(w, 4) ? 0 : 9 : random_below(w, 20);
	case UNIT_TOKEN:
		return token_draw(w);
	default:
		return random_below(w, 3) ? random_below(w, 8) : random_below(w, 2) ? random_below(w, 300) : random_edge(w);
	}
}

/* What ends a worker's life, or puts it to sleep, is made less often. */
uint64_t
random_number(struct random_worker *w)
{
	static const uint64_t rare[] = {
		CALL_THREAD_EXIT, CALL_OBJECT_DESTROY, CALL_TOKEN_DESTROY, CALL_THREAD_SUSPEND, CALL_SLEEP, CALL_IRQ_WAIT,
		CALL_UNMAP_RANGE, CALL_CAP_DELETE,
	};
	uint64_t number = random_below(w, RANDOM_CALLS);

	AREA->half = false;
	for (unsigned i = 0; i < sizeof(rare) / sizeof(rare[0]); i++)
		if (number == rare[i] && random_below(w, 8))
			return CALL_MAP_DERIVE;
	return number;
}

static bool
begins_below_area(uint64_t address, uint64_t pages)
{
	return address < (uint64_t)AREA && pages > ((uint64_t)AREA - address) / 4096;
}

static bool
is_text(uint64_t address)
{
	return address >= (uint64_t)__executable_start && address < (uint64_t)__etext;
}

/* Nobody writes where a worker itself is or makes it run elsewhere, none is above the keeper, and the machine's own ports are let alone. */
bool
random_forbidden(uint64_t number, const struct random_registers *r)
{
	const uint64_t *a = r->argument;

	for (unsigned i = 0; i < 6; i++)
		if (a[i] >= (uint64_t)AREA && a[i] < (uint64_t)AREA->scratch && number < RANDOM_CALLS && call_rows[number].unit[i] != UNIT_NONE)
			return true;
	switch (number) {
	case CALL_LOG_WRITE:
		return a[1] && a[1] <= 240;
	case CALL_THREAD_START:
		return is_text(a[1]) && a[1] != (uint64_t)child;
	case CALL_THREAD_EXCHANGE:
		return a[1] & (REGISTERS_ALL & ~(REGISTERS_BASES | 3));
	case CALL_EXCEPTION_HANDLER:
		return is_text(a[0]) && a[0] != (uint64_t)worker_again;
	case CALL_THREAD_PRIORITY:
		return a[1] > PRIORITY && a[1] < 256;
	case CALL_PORT_IN:
	case CALL_PORT_OUT:
		return a[1] < 65536 && a[1] != 0x80;
	case CALL_DEVICE_CREATE:
		return a[0] < 0xfed00000;
	case CALL_MAP_GRANT:			/* it would be run where it is then, by a thread that is no worker */
		return is_text(a[1]);
	case CALL_MAP_RANGE:
		return begins_below_area(a[3], a[4]);
	case CALL_UNMAP_RANGE:
	case CALL_PROTECT_RANGE:
	case CALL_REVOKE_RANGE:
		return begins_below_area(a[2], a[3]);
	default:
		return false;
	}
}

/* probe has no call that takes registers in its own way. */
void
random_raw(struct random_worker *w, uint64_t number, struct random_registers *r)
{
	r->rax = number;
}

/* What a call gave that can be used is remembered: tokens, frames. */
static void
learn(void)
{
	const struct random_registers *r = &W->left;

	if (r->rax != OK)
		return;
	switch (W->current) {
	case CALL_TOKEN_SEAL:
	case CALL_TOKEN_SEAL_BOUND:
	case CALL_TOKEN_DERIVE:
		AREA->token[random_below(W, TOKENS)] = (struct token){ r->argument[0], r->argument[1] };
		break;
	case CALL_FRAME_ALLOC:
	case CALL_FRAME_ALLOC_COLOUR:
	case CALL_KMEM_RECLAIM:
		AREA->frame[random_below(W, FRAMES)] = r->argument[0];
		break;
	}
}

void __attribute__((used))
work(uint64_t unused __attribute__((unused)))
{
	AREA->begins++;
	for (;;) {
		random_step(W);
		learn();
	}
}

/* The bystander: what it has, it has for ever.  worker.calls counts its turns, stray_status what was wrong. */
void
stand_by(uint64_t unused __attribute__((unused)))
{
	uint64_t physical, order, granted, rights, accessed, dirty;

	for (;; W->calls++) {
		for (unsigned i = 0; i < sizeof(AREA->scratch); i += 8)
			if (*(uint64_t *)&AREA->scratch[i] != i * 0x9e3779b97f4a7c15)
				W->stray_status = 1;
		if (call_map_info(SLOT_OWN, (uint64_t)AREA->scratch, &physical, &order, &granted, &rights, &accessed, &dirty) != OK ||
		    rights != (RIGHT_READ | RIGHT_WRITE))
			W->stray_status = 2;
		for (uint64_t slot = 0; slot < WORKER_SLOTS; slot++)
			if (call_cap_delete(slot) != ERR_NO_CAP)
				W->stray_status = 3;
		call_sleep(300000);
	}
}
