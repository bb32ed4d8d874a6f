/* SPDX-License-Identifier: BSD-2-Clause */
#include "../l4_partner.h"

#include <l4/fault.h>

#define NO_LONGER	4711		/* of a foreign call: be ordinary again */

/* Answers every system call of the benchmark's thread: 42. */
static void
server(void)
{
	floating_point_use();
	for (;;) {
		__asm__ volatile(
			"1:	mov	%0, %%eax\n"
			"	mov	%1, %%edx\n"
			"	mov	%2, %%edi\n"
			"	mov	$42, %%esi\n"
			"	syscall\n"
			"	cmp	%3, %%ebx\n"
			"	jne	1b\n"
			: : "i"(CALL_IPC_REPLY_WAIT), "i"(PARTNER_ENDPOINT), "i"(REGISTERS_RAX), "i"(NO_LONGER)
			: "rax", "rdx", MESSAGE_CLOBBERS);
		call_thread_foreign(PARTNER_THREAD, 0);
	}
}

static void
setup(void)
{
	uint64_t id;

	partner_make(true);
	partner_must(call_cap_delete(PARTNER_SPACE + 2) == ERR_NO_CAP ? OK : ERR_EXISTS);
	partner_must(call_thread_self(PARTNER_SPACE + 2, &id));
	partner_must(call_cap_grow(PARTNER_SPACE, PARTNER_THREAD));
	partner_must(call_cap_copy(PARTNER_SPACE + 2, PARTNER_SPACE, PARTNER_THREAD, RIGHTS_ALL));
	partner_run(server);
	partner_must(call_thread_handler(SLOT_OWN, PARTNER_ENDPOINT));
}

static inline unsigned long
foreign_call(unsigned long number)
{
	__asm__ volatile("syscall" : "+a"(number) : : "rcx", "r11", "memory");
	return number;
}

static void
run(unsigned long count)
{
	unsigned long sum = 0;

	partner_must(call_thread_foreign(SLOT_OWN, 1));
	BENCH_LOOP(count)
		sum += foreign_call(39);
	foreign_call(NO_LONGER);
	if (sum != 42 * count)
		bench_fail("the server's answers are not what comes back");
}

const struct benchmark benchmark = { .setup = setup, .run = run };
