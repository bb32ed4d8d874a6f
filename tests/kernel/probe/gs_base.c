/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Runs with a GS base that looks like a kernel's, and with flags set that no entry may inherit.  test_entry.py stops it at chosen
 * instructions of the kernel's entry and exit; by itself it says that base and flags survive calls.
 */
#include <probe/stubs.h>
#include "tap.h"

static unsigned long
gs_base(void)
{
	unsigned long base;

	__asm__ volatile("rdgsbase %0" : "=r"(base));
	return base;
}

/* Direction, alignment check and nested task set over a call. */
static void
call_with_flags(unsigned long number)
{
	__asm__ volatile("pushf; orq $0x44400, (%%rsp); popf; syscall; pushf; andq $~0x44400, (%%rsp); popf"
			 : "+a"(number) :: "rcx", "r11", "memory", "cc");
}

/* An exception and its return: the handler goes on behind the two bytes of ud2. */
__asm__(".text\n"
	"skip_ud2:\n"
	"	lea	2(%rsi), %rsi\n"
	"	jmp	*%rsi\n");
extern char skip_ud2[];

static void
exception(void)
{
	__asm__ volatile("ud2" ::: "rdi", "rsi", "rdx", "r10", "r8", "memory", "cc");
}

int
main(void)
{
	unsigned long base = 0xffffffff80400000;

	__asm__ volatile("wrgsbase %0" :: "r"(base));
	call_with_flags(CALL_NULL_FULL);
	tap_equal(gs_base(), base);
	tap_status(call_null(), OK);
	tap_equal(gs_base(), base);
	tap_status(call_exception_handler((unsigned long)skip_ud2), OK);
	for (int i = 0; i < 3; i++)
		exception();
	tap_equal(gs_base(), base);
	tap_done();
}
