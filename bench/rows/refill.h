/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A working set of bound pages in more leaf tables than one, while the program's pool holds one at a time: touching the next evicts it.
 * Misses of the table of bindings are bound again by the handler.
 */
#pragma once

#include "bindings.h"
#include <exo/upcall.h>

#define LEFT	8		/* pages of the pool beside a leaf table and its companion: 512 records */

struct save_area area __attribute__((used));
uint64_t kept[7] __attribute__((used));
struct token frame __attribute__((used));
uint64_t misses __attribute__((used));

extern char bind_fault[], way_back[], way_back_end[];
__asm__ (
	"bind_fault:\n"
	"	incq	misses(%rip)\n"
	"	mov	%rax, kept(%rip)\n"
	"	mov	%rdi, kept+8(%rip)\n"
	"	mov	%rsi, kept+16(%rip)\n"
	"	mov	%rdx, kept+24(%rip)\n"
	"	mov	%r10, kept+32(%rip)\n"
	"	mov	%rcx, kept+40(%rip)\n"
	"	mov	%r11, kept+48(%rip)\n"
	"	mov	area+24(%rip), %rdi\n"
	"	and	$-4096, %rdi\n"
	"	mov	frame(%rip), %rsi\n"
	"	mov	frame+8(%rip), %rdx\n"
	"	mov	$3, %r10d\n"			/* RIGHT_READ | RIGHT_WRITE */
	"	mov	$20, %eax\n"
	"	syscall\n"
	"	test	%eax, %eax\n"
	"	jnz	1f\n"
	"	mov	kept(%rip), %rax\n"
	"	mov	kept+8(%rip), %rdi\n"
	"	mov	kept+16(%rip), %rsi\n"
	"	mov	kept+24(%rip), %rdx\n"
	"	mov	kept+32(%rip), %r10\n"
	"	mov	kept+40(%rip), %rcx\n"
	"	mov	kept+48(%rip), %r11\n"
	"way_back:\n"
	"	movq	$0, area+8(%rip)\n"
	"	lea	area+40(%rip), %rsp\n"
	"	popfq\n"
	"	pop	%rsp\n"
	"	jmp	*area+32(%rip)\n"
	"way_back_end:\n"
	"1:	ud2\n"					/* while busy: the machine ends as failed */
);
_Static_assert(CALL_BIND == 20, "the number above");
_Static_assert(SAVE_BUSY == 8 && SAVE_ADDRESS == 24 && SAVE_RIP == 32 && SAVE_RFLAGS == 40, "offsets above");

static inline void
touch(uint64_t page)
{
	*(volatile char *)(AT + page * PAGE) = 1;
}

/* All but LEFT pages of the program's own pool go to pages of slots that nobody uses. */
static void
pool_use(void)
{
	uint64_t allowance, given, held, kmem, unused = 0;

	call_holdings(SLOT_OWN, &allowance, &given, &held, &kmem, &unused);
	for (uint64_t slot = 0; unused > LEFT; slot += 64) {
		must(call_cap_grow(SLOT_OWN, slot), "there are not so many slots");
		call_holdings(SLOT_OWN, &allowance, &given, &held, &kmem, &unused);
	}
}

static void
refill_setup(uint64_t table, uint64_t pages)
{
	must(call_addressing_context((uintptr_t)&area, (uintptr_t)bind_fault, (uintptr_t)way_back, (uintptr_t)way_back_end),
	     "the kernel takes no addressing context");
	if (table > 4096)
		must(call_space_fund(SLOT_OWN, table / 128), "there is no memory for the table");
	must(call_binding_table(table), "there is no table of bindings");
	frame = frame_take(0);
	must(call_bind(AT, frame.payload, frame.mac, READ_WRITE), "a page cannot be bound");
	must(call_unbind(AT, 1), "a page cannot be unbound");
	pool_use();
	for (uint64_t i = 0; i < pages; i++)
		must(call_bind(AT + i * PAGE, frame.payload, frame.mac, READ_WRITE), "a page cannot be bound");
	misses = 0;
}
