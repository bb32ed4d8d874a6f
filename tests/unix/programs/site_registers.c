/* SPDX-License-Identifier: BSD-2-Clause */
/* Registers, flags and red zone around a call, the first time at its site and later. */
#include <sys/syscall.h>
#include "show.h"

#define REGISTERS 13
#define RED_WORDS 16
#define FLAGS_SEEN 0xcd5	/* carry, parity, adjust, zero, sign, direction, overflow */

struct kept {
	uint64_t result, flags, red[RED_WORDS], general[REGISTERS];
};
struct kept kept;
uint64_t flags_before;
static const uint64_t expected[REGISTERS] = { 101, 102, 103, 104, 105, 106, -107ul, 108, 109, 110, 111, 112, 0 };

/* rbx, rbp, r12 to r15, rdi, rsi, rdx, r10, r8, r9: what `expected' says; the last word is rsp's change.  Nothing between the call and the last mov changes a flag. */
#define AROUND(name, number) \
	void name(void); \
	__asm__(".text; .globl " #name "; " #name ":" \
		"push %rbx; push %rbp; push %r12; push %r13; push %r14; push %r15;" \
		"push flags_before(%rip); popfq; mov %rsp, kept + 240(%rip);" \
		".set i, 0; .rept 16; movq $1000 + i, -8 - 8 * i(%rsp); .set i, i + 1; .endr;" \
		"mov $101, %ebx; mov $102, %ebp; mov $103, %r12d; mov $104, %r13d; mov $105, %r14d; mov $106, %r15d;" \
		"mov $-107, %rdi; mov $108, %esi; mov $109, %edx; mov $110, %r10d; mov $111, %r8d; mov $112, %r9d;" \
		"mov $" #number ", %eax; syscall;" \
		"mov %rax, kept(%rip); mov %rbx, kept + 144(%rip); mov %rbp, kept + 152(%rip); mov %r12, kept + 160(%rip); mov %r13, kept + 168(%rip);" \
		"mov %r14, kept + 176(%rip); mov %r15, kept + 184(%rip); mov %rdi, kept + 192(%rip); mov %rsi, kept + 200(%rip); mov %rdx, kept + 208(%rip);" \
		"mov %r10, kept + 216(%rip); mov %r8, kept + 224(%rip); mov %r9, kept + 232(%rip);" \
		".set i, 0; .rept 16; mov -8 - 8 * i(%rsp), %rax; mov %rax, kept + 16 + 8 * i(%rip); .set i, i + 1; .endr;" \
		"pushfq; pop kept + 8(%rip); cld; sub %rsp, kept + 240(%rip);" \
		"pop %r15; pop %r14; pop %r13; pop %r12; pop %rbp; pop %rbx; ret")

AROUND(ask_parent, 110);	/* getppid */
AROUND(ask_self, 39);		/* getpid */
AROUND(close_none, 3);		/* close */
AROUND(give_way, 24);		/* sched_yield */
AROUND(no_call, 499);
AROUND(seek_none, 8);		/* lseek */

static void
look(const char *name, void (*call)(void), long result)
{
	for (int time = 0; time < 8; time++) {
		long wrong = 0;
		flags_before = time & 1 ? FLAGS_SEEN : 2;
		call();
		wrong += (kept.flags & FLAGS_SEEN) != (flags_before & FLAGS_SEEN);
		for (unsigned i = 0; i < REGISTERS; i++)
			wrong += kept.general[i] != expected[i];
		for (unsigned i = 0; i < RED_WORDS; i++)
			wrong += kept.red[i] != 1000 + i;
		printf("%s, time %d: %s, %ld wrong\n", name, time, (long)kept.result == result ? "as it should" : strerror(-(int)kept.result), wrong);
	}
}

int
main(void)
{
	look("getppid", ask_parent, getppid());
	look("getpid", ask_self, getpid());
	look("sched_yield", give_way, 0);
	look("close", close_none, 1);
	look("lseek", seek_none, 1);
	look("no such call", no_call, 1);
	return 0;
}
