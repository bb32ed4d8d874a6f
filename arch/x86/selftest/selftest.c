/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A kernel that tests the machine under it: a personality without user level.  The command line's try=WORD says what it does instead
 * of starting a thread.  Most words are a way for a kernel bug to show itself: the protection must stop it, and the panic must
 * say what it was and where.  tests/kernel/selftest has the rows.
 */
#include "arch/x86/image.h"
#include "arch/x86/layout.h"
#include "arch/x86/selftest/selftest.h"
#include "core/arch.h"
#include "core/bootinfo.h"
#include "core/cpu.h"
#include "core/log.h"
#include "core/panic.h"
#include "core/personality.h"

const struct option personality_options[] = {
	{ "try", "nothing|tables|panic|null|text|rodata|alias|data|stack|wild|undefined|idle|echo", 0, 0, "what is tried" },
	{ 0 },
};

static bool fired;

static void
try_nothing(void)
{
}

/* Called through pointers that may change, and with something to do afterwards: every level is a real call. */
static void panic_below(unsigned depth);
static void (*volatile panic_deeper)(unsigned depth) = panic_below;
static volatile unsigned came_back;

static void
panic_below(unsigned depth)
{
	if (depth == 0)
		panic("tried at depth %u", depth);
	panic_deeper(depth - 1);
	came_back++;
}

static void
try_panic(void)
{
	panic_deeper(3);
	came_back++;
}

static void
write_to(vaddr_t address)
{
	*(volatile u8 *)address = 0;
}

static void
try_null(void)
{
	write_to(0);
}

static void
try_text(void)
{
	write_to((vaddr_t)text_start);
}

static void
try_rodata(void)
{
	write_to((vaddr_t)rodata_start);
}

/* The image under its address in the direct map. */
static void
try_alias(void)
{
	write_to(DIRECT_BASE + ((vaddr_t)text_start - KERNEL_BASE));
}

/* A `ret` in writable memory. */
static void
try_data(void)
{
	static volatile u8 code[] = { 0xc3 };

	((void (*)(void))(vaddr_t)code)();
	came_back++;
}

static void stack_below(unsigned depth);
static void (*volatile stack_deeper)(unsigned depth) = stack_below;

static void
stack_below(unsigned depth)
{
	volatile u8 room[512];

	room[0] = depth;
	stack_deeper(depth + 1);
	came_back += room[0];
}

static void
try_stack(void)
{
	stack_deeper(0);
	came_back++;
}

static void
try_wild(void)
{
	((void (*)(void))0x1234567890)();
	came_back++;
}

static void
try_undefined(void)
{
	__asm__ volatile("ud2");
}

/* Half a second that nothing but the timer can end; it comes after its deadline, and soon. */
static void
try_idle(void)
{
	struct timeout timeout = { .kind = 0 };
	u64 start = arch_clock(), half = arch_clock_hz() / 2, late;

	timeout_insert(&this_cpu()->timeouts, &timeout, start + half);
	while (!fired)
		arch_idle();
	late = arch_clock() - start - half;
	if (late < arch_clock_hz() / 100)
		log_line("the timer came within 10 ms of its deadline");
	else
		log_line("the timer came %ld ticks after its deadline", (long)late);
}

/* Input by interrupt: a line comes back. */
static void
try_echo(void)
{
	char text[32];
	unsigned length = 0;
	int byte = 0;

	log_line("type a line");
	while (byte != '\n') {
		arch_idle();
		while (byte != '\n' && (byte = arch_console_read()) >= 0)
			if (length < sizeof(text) - 1 && byte != '\n')
				text[length++] = byte;
	}
	text[length] = '\0';
	log_line("read \"%s\"", text);
}

void
personality_init(void)
{
}

struct thread *
personality_first_thread(void)
{
	static void (*const tries[])(void) = {
		try_nothing, tables_walk, try_panic, try_null, try_text, try_rodata, try_alias, try_data, try_stack, try_wild,
		try_undefined, try_idle, try_echo,
	};

	tries[option_value("try", 0)]();
	arch_exit(EXIT_SUCCESS_CODE);
}

void
personality_timeout(struct timeout *timeout)
{
	fired = true;
}

/* There is no user level, so the rest is never called. */

void
personality_syscall(struct thread *self)
{
	panic("a system call without user level");
}

void
personality_fault(struct thread *self, const struct fault *fault)
{
	panic("a user fault without user level");
}

void
personality_irq(struct irq *irq)
{
}

struct thread *
personality_pick(void)
{
	return NULL;
}

enum status
personality_thread(struct thread *t, enum thread_event event)
{
	return OK;
}

enum status
personality_object_destroy(struct object *o)
{
	return OK;
}
