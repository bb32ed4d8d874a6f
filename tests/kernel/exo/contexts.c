/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The contexts beside each other: each way back interrupted by the clock after each of its instructions, system calls from outside the library OS,
 * and what can be wrong with a handler.
 */
#include <string.h>
#include <exo/entries.h>
#include <exo/frames.h>
#include <exo/slices.h>
#include <exo/yield.h>
#include "child.h"
#include "handlers.h"
#include "tap.h"

enum { CHILD = 1, UNDEFINED = 6 };

HANDLER(exception);
HANDLER(addressing);
HANDLER(foreign);
HANDLER(entry);
HANDLER(interrupt);

static uint64_t own_name, ticks;
static volatile uint64_t exceptions, faults, calls, entries, starts, ends, call_number;
static volatile uint64_t end_at, ended_in;	/* where the slice's end was told, and how often inside a way back */
static volatile uint64_t resumed;		/* where the last upcall led back to */
static volatile uint64_t linger;		/* ticks that the handler of the slice's end spends in the next one */

static uint64_t
clock(void)
{
	return __builtin_ia32_rdtsc();
}

void
exception_handler(void)
{
	exceptions++;
	exception_area.rip += 2;
	resumed = exception_area.rip;
}

void
addressing_handler(void)
{
	faults++;
	addressing_area.rip += 2;
	resumed = addressing_area.rip;
}

void
foreign_handler(void)
{
	calls++;
	call_number = foreign_area.vector;
	foreign_kept[0] = 0x77;			/* the result, in rax */
	resumed = foreign_area.rip;
}

void
entry_handler(void)
{
	uint64_t from, first, second, third, fourth, left;

	while (!call_entry_take(&from, &first, &second, &third, &fourth, &left))
		entries++;
	resumed = entry_area.rip;
}

static const struct {
	const char *begin, *end;
} way[] = {
	{ exception_back, exception_back_end }, { addressing_back, addressing_back_end }, { foreign_back, foreign_back_end },
	{ entry_back, entry_back_end }, { interrupt_back, interrupt_back_end },
};

void
interrupt_handler(void)
{
	if (interrupt_area.vector == UPCALL_START)
		starts++;
	if (interrupt_area.vector != UPCALL_END)
		return;
	ends++;
	end_at = interrupt_area.rip;
	for (unsigned i = 0; i < sizeof(way) / sizeof(way[0]); i++)
		ended_in += end_at >= (uintptr_t)way[i].begin && end_at < (uintptr_t)way[i].end;
	call_yield();
	for (uint64_t end = clock() + linger; linger && clock() < end; )
		;
	resumed = end_at;
}

/* --- ways back, interrupted at each instruction ------------------------------------------------------------------------ */

/* Code of a program that is not the library OS's: copied to a page that lies behind it. */
#define OUTSIDE		0x300000000ul
#define OUTSIDE_CALLED	5		/* bytes up to behind the system call */

#define NO_CALL		0x1234

extern const char outside_code[], outside_code_end[];
__asm__(".text\n"
	"outside_code:\n"
	"	mov	%rdi, %rax\n"
	"	syscall\n"
	"	ret\n"
	"outside_code_end:\n");

static uint64_t
outside_call(uint64_t number)
{
	return ((uint64_t (*)(uint64_t))OUTSIDE)(number);
}

static unsigned
outside_make(void)
{
	uint64_t payload = 0, mac = 0;
	unsigned status = call_frame_alloc(FRAME_ANY, 0, 41, &payload, &mac);

	status |= call_bind(OUTSIDE, payload, mac, RIGHT_READ | RIGHT_WRITE | RIGHT_EXECUTE);
	for (unsigned i = 0; &outside_code[i] < outside_code_end; i++)
		((char *)OUTSIDE)[i] = outside_code[i];
	return status;
}

static void
raise_call(void)
{
	outside_call(NO_CALL);
}

static void
raise_exception(void)
{
	__asm__ volatile("ud2");
}

static void
raise_fault(void)
{
	__asm__ volatile("mov (%%rax), %%al" : : "a"(8));
}

static void
raise_entry(void)
{
	call_transfer_later(own_name, 1, 2, 3, 4);
}

#define SWEEP	600			/* instructions, from before the end of an upcall to behind it */
#define BEGUN	400			/* of a slice, at most, before it is seen that it has begun */
#define WAY	7			/* instructions of a way back */

/* The slice's end comes at each instruction of an upcall in turn: none is lost, none is seen inside a way back. */
static void
sweep(void (*raise)(void), volatile uint64_t *counter, const char *what)
{
	uint64_t wrong = 0, finished = 0, registers = 0, length = clock();

	raise();
	length = clock() - length;
	ended_in = 0;
	for (uint64_t before = 0; before < SWEEP; before++) {
		uint64_t last = *counter, last_end = ends, mark = 0x1122334455667788;

		call_yield();			/* a slice of known length begins */
		uint64_t end = clock() + ticks - BEGUN - length + SWEEP / 2 - before;
		while (clock() < end)
			;
		__asm__ volatile("" : "+r"(mark));
		raise();
		__asm__ volatile("" : "+r"(mark));
		while (ends == last_end)
			;
		wrong += *counter != last + 1;
		finished += end_at == resumed;
		registers += mark != 0x1122334455667788;
	}
	tap_ok(finished >= WAY, what);
	tap_equal(wrong, 0);
	tap_equal(ended_in, 0);
	tap_equal(registers, 0);
}

/* The interrupt context's own: its handler comes back when the next slice is nearly over. */
static void
sweep_interrupt(void)
{
	uint64_t finished = 0, wrong = 0;

	ended_in = 0;
	for (uint64_t before = 0; before < SWEEP; before++) {
		uint64_t last_end = ends, mark = 0x1122334455667788;

		linger = ticks - BEGUN + SWEEP / 2 - before;
		__asm__ volatile("" : "+r"(mark));
		while (ends == last_end)
			;
		__asm__ volatile("" : "+r"(mark));
		finished += end_at == resumed;
		wrong += mark != 0x1122334455667788;
	}
	linger = 0;
	tap_ok(finished >= WAY, "the way back of the interrupt context is interrupted at each instruction");
	tap_equal(wrong, 0);
	tap_equal(ended_in, 0);
}

static void
test_ways_back(void)
{
	sweep(raise_exception, &exceptions, "the way back of the exception context is interrupted at each instruction");
	sweep(raise_fault, &faults, "the way back of the addressing context is interrupted at each instruction");
	sweep(raise_call, &calls, "the way back of the call context is interrupted at each instruction");
	sweep_interrupt();
	sweep(raise_entry, &entries, "the way back of the entry context is interrupted at each instruction");
}

/* --- calls from outside the library OS ---------------------------------------------------------------------------------- */

static void
test_outside(void)
{
	uint64_t high = 0x800000000000, last = exceptions;

	tap_status(outside_make(), OK);
	tap_status(call_library(2, 1), ERR_BAD_ADDRESS);
	tap_status(call_library(0, high), ERR_BAD_ADDRESS);
	tap_status(call_library(0, OUTSIDE), OK);
	outside_call(NO_CALL);
	tap_equal(exceptions, last + 1);	/* nobody takes them yet: undefined */
	tap_status(call_call_context(CONTEXT_OF(foreign)), OK);
	last = calls;
	tap_equal(outside_call(NO_CALL), 0x77);
	tap_equal(calls, last + 1);
	tap_equal(call_number, NO_CALL);
	tap_equal(foreign_area.rip, OUTSIDE + OUTSIDE_CALLED);
	for (uint64_t number = 0; number < 64; number++)		/* whatever the kernel's own call of that number is */
		outside_call(number);
	tap_equal(calls, last + 1 + 64);
	tap_equal(call_number, 63);
	foreign_area.busy = 1;
	last = exceptions;
	outside_call(NO_CALL);
	tap_equal(exceptions, last + 1);	/* while the handler is busy as well */
	foreign_area.busy = 0;
}

/* --- errors -------------------------------------------------------------------------------------------------------------- */

typedef enum status context_setter(uint64_t area, uint64_t handler, uint64_t begin, uint64_t end);

static enum status
set_interrupt(uint64_t area, uint64_t handler, uint64_t begin, uint64_t end)
{
	return call_interrupt_context(area, handler, begin, end, EVENT_START);
}

static void
test_errors(void)
{
	static context_setter *const setter[] = { call_exception_context, call_addressing_context, set_interrupt, call_entry_context, call_call_context };
	uint64_t high = 0x800000000000, area = (uintptr_t)&exception_area;

	for (unsigned i = 0; i < sizeof(setter) / sizeof(setter[0]); i++) {
		tap_status(setter[i](area + 8, 4096, 0, 0), ERR_BAD_ADDRESS);
		tap_status(setter[i](4096, 4096, 0, 0), ERR_BAD_ADDRESS);
		tap_status(setter[i](area, high, 0, 0), ERR_BAD_ADDRESS);
		tap_status(setter[i](area, 4096, 2, 1), ERR_BAD_ADDRESS);
		tap_status(setter[i](area, 4096, 1, high), ERR_BAD_ADDRESS);
		tap_status(setter[i](0, 0, 0, 0), OK);
	}
}

/* --- a handler that is not there, that faults, whose area goes: in another environment ------------------------------------- */

enum what { CALL_WITHOUT_HANDLER, CALL_HANDLER_UNMAPPED, CALL_AREA_FREED, START_HANDLER_UNMAPPED, ENTRY_HANDLER_FAULTS, CASES };

#define AT		0x200000000ul
#define NOWHERE		0x210000000ul

static char stack[CHILD_STACK] __attribute__((aligned(16)));
static volatile unsigned failed, went_on;

/* Entered with whatever registers: uses none. */
extern char bad_handler[];
__asm__(".text\n"
	"bad_handler:\n"
	"	incl	went_on(%rip)\n"
	"	ud2\n");

static void
victim(uint64_t what)
{
	uint64_t payload = 0, mac = 0;

	failed |= call_frame_alloc(FRAME_ANY, 0, 40, &payload, &mac) | call_bind(AT, payload, mac, RIGHT_READ | RIGHT_WRITE);
	switch (what) {
	case CALL_WITHOUT_HANDLER:
		failed |= outside_make() | call_library(0, OUTSIDE);
		outside_call(NO_CALL);
		break;
	case CALL_HANDLER_UNMAPPED:
		failed |= call_call_context(AT, NOWHERE, 0, 0) | outside_make() | call_library(0, OUTSIDE);
		outside_call(NO_CALL);
		break;
	case CALL_AREA_FREED:
		failed |= call_call_context(AT, (uintptr_t)bad_handler, 0, 0) | outside_make() | call_library(0, OUTSIDE);
		failed |= call_frame_free(payload, mac);
		outside_call(NO_CALL);
		break;
	case START_HANDLER_UNMAPPED:
		failed |= call_interrupt_context(AT, NOWHERE, 0, 0, EVENT_START);
		call_yield();
		break;
	case ENTRY_HANDLER_FAULTS:
		failed |= call_entry_queue(1) | call_entry_context(AT, (uintptr_t)bad_handler, 0, 0);
		failed |= call_transfer_later(call_number, 1, 2, 3, 4);
		call_null_full();
		break;
	}
	went_on = 99;
	call_park();
}

static void
test_handlers(void)
{
	static const unsigned expected[CASES] = { [ENTRY_HANDLER_FAULTS] = 1 };
	uint64_t name = 0;

	for (uint64_t what = 0; what < CASES; what++) {
		went_on = 0;
		tap_status(child_make(CHILD, &name), OK);
		call_number = name;
		tap_status(child_start(CHILD, stack, victim, what), OK);
		call_yield();
		call_yield();
		tap_equal(failed, 0);
		tap_equal(went_on, expected[what]);
		tap_status(call_transfer(name), ERR_NOT_FOUND);
		tap_status(call_destroy(CHILD), OK);
	}
}

int
main(void)
{
	uint64_t at, owner, ready, charged, forfeited;

	call_entry(0, &own_name);
	tap_status(call_slice_read(0, &at, &owner, &ready, &charged, &forfeited, &ticks), OK);
	test_errors();
	tap_status(call_exception_context(CONTEXT_OF(exception)), OK);
	tap_status(call_addressing_context(CONTEXT_OF(addressing)), OK);
	test_outside();
	tap_status(call_entry_queue(4), OK);
	tap_status(call_entry_context(CONTEXT_OF(entry)), OK);
	tap_status(call_interrupt_context(CONTEXT_OF(interrupt), EVENT_END), OK);
	test_ways_back();
	tap_status(call_interrupt_context(CONTEXT_OF(interrupt), EVENT_START | EVENT_END), OK);
	sweep(raise_exception, &exceptions, "and with upcalls at the beginnings of slices");
	tap_ok(starts > 0, "starts are told");
	tap_status(call_interrupt_context(0, 0, 0, 0, 0), OK);
	test_handlers();
	tap_done();
}
