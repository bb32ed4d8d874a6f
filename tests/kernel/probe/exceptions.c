/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Every exception that user code can cause reaches the user's handler with the right vector and address, and nothing that user level
 * must not do succeeds.
 */
#include <setjmp.h>
#include <string.h>
#include <probe/stubs.h>
#include "tap.h"

enum {
	DIVIDE = 0, DEBUG = 1, BREAKPOINT = 3, BOUND = 5, UNDEFINED = 6, STACK = 12, PROTECTION = 13, PAGE = 14,
	X87 = 16, ALIGNMENT = 17, SIMD = 19,
};

static jmp_buf again;
static unsigned long seen_vector, seen_ip, seen_address;

static void __attribute__((noreturn, used))
handler(unsigned long vector, unsigned long ip, unsigned long address)
{
	seen_vector = vector;
	seen_ip = ip;
	seen_address = address;
	longjmp(again, 1);
}

/* The kernel enters here on the stack of what faulted, which may be anything. */
char handler_stack[4096] __attribute__((used, aligned(16)));
__asm__(".text\n"
	"handler_entry:\n"
	"	lea	handler_stack+4096(%rip), %rsp\n"
	"	call	handler\n");
extern char handler_entry[];

/* Run CODE; the vector that it raised, or -1. */
#define VECTOR_OF(...) ({					\
	seen_vector = -1ul;					\
	if (!setjmp(again)) {					\
		__asm__ volatile(__VA_ARGS__);			\
	}							\
	seen_vector;						\
})

/*
 * QEMU's own emulation (7.2) raises neither SSE exceptions nor alignment checks nor stack faults for addresses in the hole, and far returns read
 * the user's stack as the kernel would, which SMAP forbids.  The row on Bochs has these.
 */
static bool
under_tcg(void)
{
	unsigned leaf = 0x40000000, b, c, d;

	__asm__ volatile("cpuid" : "+a"(leaf), "=b"(b), "=c"(c), "=d"(d));
	return b == 0x54474354 && c == 0x43544743 && d == 0x47435447;	/* "TCGTCGTCGTCG" */
}

static void
test_arithmetic(void)
{
	unsigned mxcsr = 0x1f80 & ~0x200u;		/* divide by zero unmasked */
	unsigned short control = 0x037f & ~4;
	unsigned short control_default = 0x037f;
	unsigned mxcsr_default = 0x1f80;

	tap_equal(VECTOR_OF("xor %%ecx, %%ecx; xor %%edx, %%edx; mov $1, %%eax; div %%ecx" ::: "rax", "rcx", "rdx"), DIVIDE);
	if (!under_tcg())
		tap_equal(VECTOR_OF("ldmxcsr %0; mov $1, %%eax; cvtsi2ss %%eax, %%xmm0; xorps %%xmm1, %%xmm1; divss %%xmm1, %%xmm0"
				    :: "m"(mxcsr) : "rax", "xmm0", "xmm1"), SIMD);
	__asm__ volatile("ldmxcsr %0" :: "m"(mxcsr_default));
	tap_equal(VECTOR_OF("fldcw %0; fldz; fld1; fdivp; fwait" :: "m"(control)), X87);
	__asm__ volatile("fninit; fldcw %0" :: "m"(control_default));
}

static void
test_instructions(void)
{
	static char bytes[32];

	tap_equal(VECTOR_OF("ud2"), UNDEFINED);
	tap_equal(VECTOR_OF("int3"), BREAKPOINT);
	tap_equal(VECTOR_OF("int $0x80"), PROTECTION);
	tap_equal(VECTOR_OF("int $0x20"), PROTECTION);
	tap_equal(VECTOR_OF("int $14"), PROTECTION);
	tap_equal(VECTOR_OF("int $2"), PROTECTION);
	if (!under_tcg())
		tap_equal(VECTOR_OF("pushf; orl $0x40000, (%%rsp); popf; mov (%0), %%eax" :: "r"(bytes + 1) : "rax", "cc"), ALIGNMENT);
	tap_equal(VECTOR_OF("pushf; orl $0x100, (%%rsp); popf; nop" ::: "cc"), DEBUG);
}

static void
test_privileged(void)
{
	static char table[10];

	tap_equal(VECTOR_OF("cli"), PROTECTION);
	tap_equal(VECTOR_OF("hlt"), PROTECTION);
	tap_equal(VECTOR_OF("inb $0x60, %%al" ::: "rax"), PROTECTION);
	tap_equal(VECTOR_OF("outb %%al, $0xf4" :: "a"(0x10)), PROTECTION);
	tap_equal(VECTOR_OF("mov %%cr3, %%rax" ::: "rax"), PROTECTION);
	tap_equal(VECTOR_OF("mov %%rax, %%cr0" :: "a"(0)), PROTECTION);
	tap_equal(VECTOR_OF("mov %%rax, %%dr0" :: "a"(0)), PROTECTION);
	tap_equal(VECTOR_OF("mov $0xc0000082, %%ecx; rdmsr" ::: "rax", "rcx", "rdx"), PROTECTION);
	tap_equal(VECTOR_OF("swapgs"), PROTECTION);
	tap_equal(VECTOR_OF("sgdt %0" : "=m"(table)), PROTECTION);
	tap_equal(VECTOR_OF("smsw %%ax" ::: "rax"), PROTECTION);
	tap_equal(VECTOR_OF("mov $0x08, %%eax; mov %%eax, %%ds" ::: "rax"), PROTECTION);
	tap_equal(VECTOR_OF("mov $0x2b, %%eax; mov %%eax, %%ss" ::: "rax"), PROTECTION);
	if (!under_tcg())
		tap_equal(VECTOR_OF("push $0x1b; lea 1f(%%rip), %%rax; push %%rax; lretq; 1:" ::: "rax", "memory"), PROTECTION);
}

static void
test_addresses(void)
{
	unsigned long canonical_top = 0x00007fffffffffff, hole = 0x0000800000000000, kernel = 0xffffffff80200000;

	tap_equal(VECTOR_OF("movl $1, (%0)" :: "r"(8ul) : "memory"), PAGE);
	tap_equal(seen_address, 8);
	tap_equal(VECTOR_OF("mov (%0), %%al" :: "r"(kernel) : "rax"), PAGE);
	tap_equal(seen_address, kernel);
	tap_equal(VECTOR_OF("mov (%0), %%al" :: "r"(0xffff800000200000ul) : "rax"), PAGE);
	tap_equal(VECTOR_OF("mov (%0), %%al" :: "r"(hole) : "rax"), PROTECTION);
	tap_equal(VECTOR_OF("mov (%0), %%al" :: "r"(canonical_top) : "rax"), PAGE);
	tap_equal(VECTOR_OF("jmp *%0" :: "r"(hole)), PROTECTION);
	tap_equal(VECTOR_OF("jmp *%0" :: "r"(kernel)), PAGE);
	tap_equal(seen_ip, kernel);
	if (!under_tcg())
		tap_equal(VECTOR_OF("mov %0, %%rsp; push %%rax" :: "r"(hole) : "memory"), STACK);
}

static void
test_write_xor_execute(void)
{
	static unsigned char code[] = { 0xc3 };		/* ret, in writable data */
	unsigned char on_stack[] = { 0xc3 };

	tap_equal(VECTOR_OF("call *%0" :: "r"(code)), PAGE);
	tap_equal(seen_ip, (unsigned long)code);
	tap_equal(VECTOR_OF("call *%0" :: "r"(on_stack)), PAGE);
	tap_equal(VECTOR_OF("movb $0, (%0)" :: "r"(handler_entry) : "memory"), PAGE);
	tap_equal(seen_address, (unsigned long)handler_entry);
}

/* Flags that no system call may carry into the kernel: it works all the same, and the flags are the caller's again afterwards. */
static unsigned long
flags_through_call(unsigned long set, unsigned long number)
{
	unsigned long flags;

	__asm__ volatile("pushf; or %2, (%%rsp); popf; syscall; pushf; pop %0; pushf; andl $~0x44500, (%%rsp); popf"
			 : "=&r"(flags), "+a"(number) : "r"(set) : "rcx", "r11", "memory", "cc");
	return flags & set;
}

static void
test_call_flags(void)
{
	unsigned long direction = 0x400, alignment = 0x40000, nested = 0x4000, id = 0x200000;

	tap_equal(flags_through_call(direction, CALL_NULL), direction);
	tap_equal(flags_through_call(direction, CALL_NULL_FULL), direction);
	tap_equal(flags_through_call(alignment, CALL_NULL_FULL), alignment);
	tap_equal(flags_through_call(id, CALL_NULL_FULL), id);
	(void)flags_through_call(nested, CALL_NULL_FULL);
	tap_ok(true, "a call with NT set comes back");

	/* A copy inside the kernel goes upwards whatever the caller's direction flag is. */
	static const char text[] = "# written with the direction flag set\n";
	unsigned long status = CALL_LOG_WRITE, from = (unsigned long)text, length = sizeof(text) - 1;
	__asm__ volatile("std; syscall; cld" : "+a"(status), "+D"(from), "+S"(length) :: "rcx", "r11", "memory", "cc");
	tap_equal(status, OK);
}

/* `mov %ss` delays a debug trap over the following system call's first instruction in the kernel. */
static void
test_delayed_debug_trap(void)
{
	unsigned long number = CALL_NULL_FULL;

	seen_vector = 0;
	if (!setjmp(again))
		__asm__ volatile("mov %%ss, %%ecx; pushf; orl $0x100, (%%rsp); popf; mov %%ecx, %%ss; syscall; nop;"
				 "pushf; andl $~0x100, (%%rsp); popf"
				 : "+a"(number) :: "rcx", "r11", "memory", "cc");
	tap_ok(true, "mov to ss with a pending debug trap before a system call comes back");
	tap_equal(call_null_full(), OK);
}

int
main(void)
{
	tap_status(call_exception_handler((unsigned long)handler_entry), OK);
	tap_status(call_exception_handler(0xffff800000000000), ERR_BAD_ADDRESS);
	test_arithmetic();
	test_instructions();
	test_privileged();
	test_addresses();
	test_write_xor_execute();
	test_call_flags();
	test_delayed_debug_trap();
	tap_done();
}
