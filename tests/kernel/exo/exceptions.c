/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Exceptions as upcalls: what the handler is told, that nothing is lost on the way there and back, and that the way back can be interrupted
 * after each of its instructions.
 */
#include <string.h>
#include <exo/upcall.h>
#include "child.h"
#include "preserved.h"
#include "tap.h"

enum { DIVIDE = 0, DEBUG = 1, BREAKPOINT = 3, UNDEFINED = 6, PROTECTION = 13, PAGE = 14 };
enum { CHILD = 1 };

struct save_area area __attribute__((used));
char handler_stack[4096] __attribute__((used, aligned(16)));
uint64_t caught[16] __attribute__((used));		/* registers as the handler found them */
uint64_t stepping __attribute__((used));		/* the way back is interrupted */
char *step_at __attribute__((used));			/* before this instruction */
static char stack[CHILD_STACK] __attribute__((aligned(16)));

extern char handler_entry[], range_begin[], range_load[], range_flags[], range_stack[], range_jump[], range_end[];

/* Every register into `caught' and back: what a handler of C needs.  `restored' compares them. */
#define REGISTERS(operation)								\
	operation("rax", "0") operation("rbx", "8") operation("rcx", "16")		\
	operation("rdx", "24") operation("rsi", "32") operation("rdi", "40")		\
	operation("rbp", "48") operation("r8", "56") operation("r9", "64")		\
	operation("r10", "72") operation("r11", "80") operation("r12", "88")		\
	operation("r13", "96") operation("r14", "104") operation("r15", "112")
#define STORE(name, offset)	"	mov	%" name ", caught+" offset "(%rip)\n"
#define LOAD(name, offset)	"	mov	caught+" offset "(%rip), %" name "\n"

__asm__(".text\n"
	"handler_entry:\n"
	REGISTERS(STORE)
	"	lea	handler_stack+4096(%rip), %rsp\n"
	"	call	handler\n"
	REGISTERS(LOAD)
	"	cmpq	$0, stepping(%rip)\n"
	"	jne	1f\n"
	"range_begin:\n"
	"	movq	$0, area+8(%rip)\n"
	"range_load:\n"
	"	lea	area+40(%rip), %rsp\n"
	"range_flags:\n"
	"	popfq\n"
	"range_stack:\n"
	"	pop	%rsp\n"
	"range_jump:\n"
	"	jmp	*area+32(%rip)\n"
	"range_end:\n"
	"1:	movq	$0, stepping(%rip)\n"
	"	pushq	$0x302\n"				/* with the trap flag: the trap comes behind the jump */
	"	popfq\n"
	"	jmp	*step_at(%rip)\n");
_Static_assert(SAVE_BUSY == 8 && SAVE_RIP == 32 && SAVE_RFLAGS == 40, "offsets in the way back");

static struct save_area log[8];
static unsigned logged;
static uint64_t skip;				/* bytes of the instruction that faults */

static void __attribute__((used))
handler(void)
{
	if (logged < 8)
		log[logged++] = area;
	if (area.vector != DEBUG)
		area.rip += skip;
	if (stepping && step_at != range_begin)
		area.busy = 0;
}

/* Calls CODE with a value of its own in each register and the carry flag set, and says in `found' what is in them afterwards. */
uint64_t found[15] __attribute__((used));
void with_patterns(void (*code)(void));
void (*code_called)(void) __attribute__((used));

#define PATTERN(n)	(0x0101010101010101ul * (n))
#define FOUND(name, offset)	"	mov	%" name ", found+" offset "(%rip)\n"
#define FILL(name, n)		"	mov	$0x" n n n n n n n n ", %" name "\n"

__asm__(".text\n"
	"with_patterns:\n"
	PUSH_PRESERVED
	"	mov	%rdi, code_called(%rip)\n"
	FILL("rax", "01") FILL("rbx", "02") FILL("rcx", "03") FILL("rdx", "04") FILL("rsi", "05") FILL("rdi", "06")
	FILL("rbp", "07") FILL("r8", "08") FILL("r9", "09") FILL("r10", "0a") FILL("r11", "0b") FILL("r12", "0c")
	FILL("r13", "0d") FILL("r14", "0e") FILL("r15", "0f")
	"	stc\n"
	"	call	*code_called(%rip)\n"
	REGISTERS(FOUND)
	POP_PRESERVED
	"	ret\n");

/* True when CODE has changed none. */
static bool
survive(void (*code)(void))
{
	with_patterns(code);
	for (uint64_t i = 0; i < 15; i++)
		if (found[i] != PATTERN(i + 1))
			return false;
	return true;
}

#define CODE(name, instructions)	__asm__(".text\n" #name ": " instructions "; ret\n"); extern void name(void); extern char name##_at[]
CODE(undefined, "undefined_at: ud2");
CODE(breakpoint, "breakpoint_at: int3");
CODE(privileged, "privileged_at: cli");
CODE(bad_read, "bad_read_at: movb 8, %al");
CODE(bad_write, "bad_write_at: movb $0, handler_entry(%rip)");
CODE(divide, "push %rax; push %rdx; push %rcx; xor %ecx, %ecx; xor %edx, %edx; divide_at: div %ecx; pop %rcx; pop %rdx; pop %rax");
CODE(stepped, "pushf; orl $0x100, (%rsp); popf; stepped_at: nop; pushf; andl $~0x100, (%rsp); popf");

static void
one_upcall(void (*code)(void), const char *at, uint64_t bytes, uint64_t vector)
{
	logged = 0;
	skip = bytes;
	tap_ok(survive(code), "no register is lost");
	tap_equal(logged, 1);
	tap_equal(log[0].vector, vector);
	tap_equal(log[0].rip, (uintptr_t)at);
	tap_ok(log[0].busy && !area.busy, "the handler was busy, and is not any more");
}

static void
test_vectors(void)
{
	one_upcall(undefined, undefined_at, 2, UNDEFINED);
	tap_equal(log[0].error, 0);
	tap_equal(log[0].rflags & 1, 1);
	one_upcall(divide, divide_at, 2, DIVIDE);
	one_upcall(breakpoint, breakpoint_at + 1, 0, BREAKPOINT);
	one_upcall(privileged, privileged_at, 1, PROTECTION);
	one_upcall(bad_read, bad_read_at, 7, PAGE);
	tap_equal(log[0].address, 8);
	tap_equal(log[0].error, 4);
	one_upcall(bad_write, bad_write_at, 7, PAGE);
	tap_equal(log[0].address, (uintptr_t)handler_entry);
	tap_equal(log[0].error, 7);
}

/* Debug traps come by the ordinary path: one after each instruction but the first popf. */
static void
test_debug(void)
{
	logged = 0;
	tap_ok(survive(stepped), "no register is lost");
	tap_equal(logged, 4);
	tap_equal(log[0].vector, DEBUG);
	tap_equal(log[0].rip, (uintptr_t)stepped_at + 1);
}

/* The way back, interrupted by a debug trap before the instruction AT: the kernel goes it to the end. */
static void
interrupted_before(char *at)
{
	logged = 0;
	skip = 2;
	step_at = at;
	stepping = 1;
	tap_ok(survive(undefined), "no register is lost when the way back is interrupted");
	tap_equal(logged, 1);
	tap_ok(!area.busy, "upcalls are on");
}

static void
test_range(void)
{
	interrupted_before(range_begin);
	interrupted_before(range_load);
	interrupted_before(range_flags);
	interrupted_before(range_stack);
	interrupted_before(range_jump);
}

static unsigned
context(const void *save, const char *begin, const char *end)
{
	return call_exception_context((uintptr_t)save, (uintptr_t)handler_entry, (uintptr_t)begin, (uintptr_t)end);
}

static void
test_errors(void)
{
	uintptr_t high = 0x800000000000;

	tap_status(context((char *)&area + 8, range_begin, range_end), ERR_BAD_ADDRESS);
	tap_status(context((char *)4096, range_begin, range_end), ERR_BAD_ADDRESS);
	tap_status(context((char *)((uintptr_t)handler_entry & ~63ul), range_begin, range_end), ERR_BAD_ADDRESS);
	tap_status(context((char *)high, range_begin, range_end), ERR_BAD_ADDRESS);
	tap_status(context((char *)-high, range_begin, range_end), ERR_BAD_ADDRESS);
	tap_status(context(&area, range_end, range_begin), ERR_BAD_ADDRESS);
	tap_status(context(&area, range_begin, (char *)high), ERR_BAD_ADDRESS);
	tap_status(call_exception_context((uintptr_t)&area, high, 0, 0), ERR_BAD_ADDRESS);
}

/* --- in another environment --------------------------------------------------------------------------------------------- */

static volatile unsigned seen;

static void
not_its_own(uint64_t unused __attribute__((unused)))
{
	seen = context(&area, range_begin, range_end);
	__builtin_trap();			/* and no handler: it is stopped */
}

static void
test_child(void)
{
	uint64_t name;

	tap_status(child_make(CHILD, &name), OK);
	tap_status(child_start(CHILD, stack, not_its_own, 0), OK);
	logged = 0;
	call_yield();
	tap_equal(seen, ERR_NO_RIGHT);
	tap_equal(logged, 0);
	tap_status(call_yield(), OK);
	tap_status(call_destroy(CHILD), OK);
}

int
main(void)
{
	test_errors();
	tap_status(context(&area, range_begin, range_end), OK);
	test_vectors();
	test_debug();
	test_range();
	tap_status(context(&area, range_begin, range_end), OK);
	test_vectors();
	test_child();
	tap_status(context(NULL, NULL, NULL), OK);
	tap_done();
}
