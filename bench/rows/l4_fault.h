/* SPDX-License-Identifier: BSD-2-Clause */
/* A page fault that a pager in another space maps a page for: alone, and beside neighbours. */
#pragma once

#include "l4_partner.h"

#include <l4/fault.h>
#include <l4/utcb.h>

#define FAULT_BATCH	400
#define REGION		0x40000000ul
#define PAGER_UTCB	((struct utcb *)0x30000000)
#define ONE_ITEM	((uint64_t)IPC_TAG_OF(0, 1, 0) << IPC_TAG)

static char page[4096] __attribute__((aligned(4096)));

/* Maps the one page that it has wherever one is missing. */
static void
pager(void)
{
	struct ipc_item *item = &PAGER_UTCB->out[0];

	floating_point_use();
	*item = (struct ipc_item){ .kind = ITEM_MAP, .rights = RIGHT_READ | RIGHT_WRITE, .from = (uintptr_t)page, .size = 12 };
	__asm__ volatile(
		"1:	mov	%0, %%rax\n"
		"	mov	%1, %%edx\n"
		"	syscall\n"
		"	test	%%eax, %%eax\n"
		"	jnz	2f\n"
		"	and	$-4096, %%rdi\n"
		"	mov	%%rdi, %2\n"
		"	xor	%%edi, %%edi\n"
		"	jmp	1b\n"
		"2:\n"
		: : "i"(CALL_IPC_REPLY_WAIT | ONE_ITEM), "i"(PARTNER_ENDPOINT), "m"(item->at)
		: "rax", "rdx", "rdi", "rsi", "r10", "r8", "r9", "rbp", "r12", "r13", "r14", "r15", "rcx", "r11", "memory");
	call_thread_exit();
}

static inline void
fault_setup(void)
{
	partner_make(true);
	partner_must(call_thread_utcb(PARTNER_THREAD, (uintptr_t)PAGER_UTCB));
	partner_run(pager);
	partner_must(call_thread_pager(SLOT_OWN, PARTNER_ENDPOINT));
}

/* The page tables stay. */
static inline void
fault_prepare(unsigned long count)
{
	partner_must(call_unmap(SLOT_OWN, REGION, count, 0, 1));
}

static inline void
fault_run(unsigned long count)
{
	volatile char *at = (volatile char *)REGION;

	BENCH_LOOP(count) {
		*at;
		at += 4096;
	}
}
