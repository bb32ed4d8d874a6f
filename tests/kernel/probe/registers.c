/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * No register's contents pass from one thread to another, and none of a thread's own get lost.  One thread fills every register that user
 * level has, and yields; a fresh thread writes down what it finds; the first one compares.
 */
#include <janus/registers.h>
#include <string.h>
#include "tap.h"
#include "worker.h"

enum { FILLER = 32, FRESH, PLAIN };		/* slots */

struct machine {
	unsigned long general[15];		/* rax rbx rcx rdx rsi rdi rbp r8 .. r15 */
	unsigned long fs_base, gs_base;
	unsigned char fx[512] __attribute__((aligned(16)));
	unsigned char upper[16 * 16];		/* upper halves of ymm0..15 */
};

/* Used by the assembler code below. */
struct machine pattern __attribute__((used)), kept __attribute__((used)), fresh __attribute__((used));
unsigned char fill_ymm[32] __attribute__((used, aligned(32)));
volatile unsigned long filler_done, fresh_done, plain_vector;
static char stacks[3][WORKER_STACK] __attribute__((aligned(16)));

#define STRING(x)	#x
#define NUMBER(x)	STRING(x)

/* All registers to the structure NAME; uses the stack, not registers. */
#define STORE(name)								\
	"	mov	%rax, " #name "+0\n	mov	%rbx, " #name "+8\n"		\
	"	mov	%rcx, " #name "+16\n	mov	%rdx, " #name "+24\n"	\
	"	mov	%rsi, " #name "+32\n	mov	%rdi, " #name "+40\n"	\
	"	mov	%rbp, " #name "+48\n	mov	%r8, " #name "+56\n"		\
	"	mov	%r9, " #name "+64\n	mov	%r10, " #name "+72\n"	\
	"	mov	%r11, " #name "+80\n	mov	%r12, " #name "+88\n"	\
	"	mov	%r13, " #name "+96\n	mov	%r14, " #name "+104\n"	\
	"	mov	%r15, " #name "+112\n"						\
	"	rdfsbase %rax\n	mov	%rax, " #name "+120\n"			\
	"	rdgsbase %rax\n	mov	%rax, " #name "+128\n"			\
	"	fxsave64 " #name "+144\n"						\
	"	mov	$" #name "+656, %rax\n"					\
	"	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"	\
	"	vextracti128 $1, %ymm\\n, \\n*16(%rax)\n"				\
	"	.endr\n"
_Static_assert(offsetof(struct machine, fx) == 144 && offsetof(struct machine, upper) == 656, "as the code has them");

__asm__(".text\n"
	"fresh_entry:\n"
	STORE(fresh)
	"	movq	$1, fresh_done\n"
	"	mov	$" NUMBER(CALL_THREAD_EXIT) ", %eax\n"
	"	syscall\n"
	"	ud2\n"

	"filler_entry:\n"
	"	mov	$0x11111111f5f5f5f5, %rax\n	wrfsbase %rax\n"
	"	mov	$0x0000222276767676, %rax\n	wrgsbase %rax\n"
	"	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15\n"
	"	vmovdqa	fill_ymm, %ymm\\n\n"
	"	.endr\n"
	"	fninit\n	fld1\n	fldpi\n	fldl2e\n"
	"	push	$0x0c7f\n	fldcw	(%rsp)\n	movl	$0x7f80, (%rsp)\n	ldmxcsr	(%rsp)\n	pop	%rax\n"
	"	mov	$0xa1a1, %ebx\n	mov	$0xa2a2, %ebp\n	mov	$0xa3a3, %r8\n	mov	$0xa4a4, %r9\n"
	"	mov	$0xa5a5, %r10\n	mov	$0xa6a6, %r12\n	mov	$0xa7a7, %r13\n	mov	$0xa8a8, %r14\n"
	"	mov	$0xa9a9, %r15\n	mov	$0xaaaa, %edx\n	mov	$0xabab, %esi\n	mov	$0xacac, %edi\n"
	STORE(pattern)
	"	mov	$" NUMBER(CALL_YIELD) ", %eax\n"
	"	syscall\n"
	STORE(kept)
	"	movq	$1, filler_done\n"
	"	mov	$" NUMBER(CALL_THREAD_EXIT) ", %eax\n"
	"	syscall\n"
	"	ud2\n"

	"plain_entry:\n"
	"	mov	$plain_handler, %edi\n"
	"	mov	$" NUMBER(CALL_EXCEPTION_HANDLER) ", %eax\n"
	"	syscall\n"
	"	fld1\n"
	"	mov	$-1, %rdi\n"
	"plain_handler:\n"
	"	mov	%rdi, plain_vector\n"
	"	mov	$" NUMBER(CALL_THREAD_EXIT) ", %eax\n"
	"	syscall\n"
	"	ud2\n");
void filler_entry(unsigned long), fresh_entry(unsigned long), plain_entry(unsigned long);

static bool
all_zero(const void *bytes, size_t size)
{
	const unsigned char *b = bytes;

	while (size && !b[size - 1])
		size--;
	return size == 0;
}

/* Of a new thread: the argument in rdi, FPU control words as the ABI has them, the rest 0. */
static void
test_fresh(void)
{
	unsigned short control;
	unsigned mxcsr;

	tap_equal(fresh.general[5], 0x5eed);
	fresh.general[5] = 0;
	tap_ok(all_zero(fresh.general, sizeof(fresh.general)), "a new thread's general registers are 0");
	tap_ok(fresh.fs_base == 0 && fresh.gs_base == 0, "a new thread's segment bases are 0");
	memcpy(&control, fresh.fx, sizeof(control));
	memcpy(&mxcsr, fresh.fx + 24, sizeof(mxcsr));
	tap_equal(control, 0x037f);
	tap_equal(mxcsr, 0x1f80);
	tap_equal(fresh.fx[4], 0);					/* no x87 register in use */
	tap_ok(all_zero(fresh.fx + 32, 16 * 24), "a new thread's x87 and SSE registers are 0");
	tap_ok(all_zero(fresh.upper, sizeof(fresh.upper)), "the upper halves of its AVX registers are 0");
}

/* What a system call does not return is as it was. */
static void
test_kept(void)
{
	pattern.general[0] = kept.general[0];		/* rax: status */
	pattern.general[2] = kept.general[2];		/* rcx, r11: the instruction's */
	pattern.general[10] = kept.general[10];
	tap_ok(!memcmp(pattern.general, kept.general, sizeof(kept.general)), "a thread's general registers survive others");
	tap_ok(pattern.fs_base == kept.fs_base && pattern.gs_base == kept.gs_base, "its segment bases survive others");
	tap_equal(kept.gs_base, 0x0000222276767676);
	tap_ok(!memcmp(pattern.fx, kept.fx, 416), "its x87 and SSE registers survive others");
	tap_ok(!memcmp(pattern.upper, kept.upper, sizeof(kept.upper)), "its AVX registers survive others");
	tap_ok(!all_zero(kept.upper, sizeof(kept.upper)), "which were not 0");
}

static void
test_exchange_sanitises(void)
{
	struct registers r = { .rflags = ~0ul, .rip = 0x400000 };
	uint64_t id;

	tap_status(call_thread_create(PROBE_OWN, 0, PLAIN + 1, &id), OK);
	tap_status(call_thread_exchange(PLAIN + 1, REGISTERS_RFLAGS, (unsigned long)&r), OK);
	tap_status(call_thread_exchange(PLAIN + 1, 0, (unsigned long)&r), OK);
	tap_equal(r.rflags & 0x23000, 0);		/* no IOPL, no virtual mode */
	tap_equal(r.rflags & 0x202, 0x202);		/* interrupts on */
	r.rip = 0x0000800000000000;
	tap_status(call_thread_exchange(PLAIN + 1, REGISTERS_RIP, (unsigned long)&r), ERR_BAD_ADDRESS);
	r.rip = 0xffffffff80200000;
	tap_status(call_thread_exchange(PLAIN + 1, REGISTERS_RIP, (unsigned long)&r), ERR_BAD_ADDRESS);
	r.rsp = 0xffff800000000000;
	tap_status(call_thread_exchange(PLAIN + 1, REGISTERS_RSP, (unsigned long)&r), OK);	/* as a program itself may have it */
	r.fs_base = 0x0000800000000000;
	tap_status(call_thread_exchange(PLAIN + 1, REGISTERS_BASES, (unsigned long)&r), ERR_BAD_ADDRESS);
	tap_status(call_thread_exchange(PLAIN + 1, 1ul << 40, (unsigned long)&r), ERR_BAD_VALUE);
}

/* A thread that declared that it does not use the FPU, and does: exception 7. */
static void
test_no_fpu(void)
{
	double before = 0.5;
	uint64_t id;

	tap_status(call_thread_create(PROBE_OWN, 1, PLAIN, &id), OK);
	tap_status(call_thread_start(PLAIN, (unsigned long)plain_entry, (unsigned long)stacks[2] + WORKER_STACK, 0), OK);
	__asm__ volatile("movsd %0, %%xmm7" :: "m"(before));
	while (!plain_vector)
		call_yield();
	double after;
	__asm__ volatile("movsd %%xmm7, %0" : "=m"(after));
	tap_equal(plain_vector, 7);
	tap_ok(after == before, "a thread without FPU leaves the others' alone");
}

int
main(void)
{
	memset(fill_ymm, 0x5a, sizeof(fill_ymm));
	tap_status(worker_start(FILLER, stacks[0], filler_entry, 0), OK);
	call_yield();
	tap_status(worker_start(FRESH, stacks[1], fresh_entry, 0x5eed), OK);
	while (!fresh_done || !filler_done)
		call_yield();
	test_fresh();
	test_kept();
	test_exchange_sanitises();
	test_no_fpu();
	tap_done();
}
