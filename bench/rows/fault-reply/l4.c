/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_partner.h"

#include <l4/fault.h>

/* Answers every exception: the thread goes on two bytes further. */
static void
handler(void)
{
	floating_point_use();
	__asm__ volatile(
		"1:	mov	%0, %%eax\n"
		"	mov	%1, %%edx\n"
		"	syscall\n"
		"	test	%%eax, %%eax\n"
		"	jnz	2f\n"
		"	mov	%2, %%edi\n"
		"	add	$2, %%r8\n"
		"	jmp	1b\n"
		"2:\n"
		: : "i"(CALL_IPC_REPLY_WAIT), "i"(PARTNER_ENDPOINT), "i"(REGISTERS_RIP) : "rax", "rdx", MESSAGE_CLOBBERS);
	call_thread_exit();
}

static void
setup(void)
{
	partner_start(true, handler);
	partner_must(call_thread_handler(SLOT_OWN, PARTNER_ENDPOINT));
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		__asm__ volatile ("ud2" : : : "memory");
}

const struct benchmark benchmark = { .setup = setup, .run = run };
