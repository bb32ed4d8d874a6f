/* SPDX-License-Identifier: BSD-2-Clause */
/* Where accesses that fault end: see memory.h. */
#include "memory.h"

jmp_buf access_failed;

static char stack[4096] __attribute__((used, aligned(16)));

static void __attribute__((noreturn, used))
access_end(void)
{
	longjmp(access_failed, 1);
}

__asm__(".text\n"
	"access_fault:\n"
	"	lea	stack+4096(%rip), %rsp\n"
	"	call	access_end\n");
extern char access_fault[];

void
access_init(void)
{
	call_exception_handler((uintptr_t)access_fault);
}
