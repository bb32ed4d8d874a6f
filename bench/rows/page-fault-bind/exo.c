/* SPDX-License-Identifier: BSD-2-Clause */
#include "bench.h"

#include <exo/calls.h>
#include <exo/frames.h>
#include <exo/stubs.h>
#include <exo/upcall.h>
#include <janus/kinds.h>

#define AT	0x200000000ul
#define PAGE	4096ul
#define TABLE	(512 * PAGE)		/* what a leaf page table maps */
#define FRAME	0x4000000ul	/* in the largest part of memory, as nearly all is */
#define SLOT	20		/* with exo.caps=slot */
#define RECORDS	0x300000000ul
#define TABLES	8			/* enough for all batches: each fault is at a page of its own */

struct save_area area __attribute__((used));
uint64_t kept[7] __attribute__((used));
uint64_t token[2] __attribute__((used));
static uint64_t at = AT;

extern char bind_fault[], way_back[], way_back_end[];
__asm__ (
	"bind_fault:\n"
	"	mov	%rax, kept(%rip)\n"
	"	mov	%rdi, kept+8(%rip)\n"
	"	mov	%rsi, kept+16(%rip)\n"
	"	mov	%rdx, kept+24(%rip)\n"
	"	mov	%r10, kept+32(%rip)\n"
	"	mov	%rcx, kept+40(%rip)\n"
	"	mov	%r11, kept+48(%rip)\n"
	"	mov	area+24(%rip), %rdi\n"
	"	and	$-4096, %rdi\n"
	"	mov	token(%rip), %rsi\n"
	"	mov	token+8(%rip), %rdx\n"
	"	mov	$0x103, %r10d\n"		/* RIGHT_READ | RIGHT_WRITE | BIND_WIRED */
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

/* The tables stay when they are empty. */
static void
setup(void)
{
	if (call_frame_alloc(FRAME_AT, FRAME, SLOT, &token[0], &token[1]))
		bench_fail("there is no frame");
	for (uint64_t i = 0; i < TABLES; i++)
		if (call_bind(AT + i * TABLE, token[0], token[1], RIGHT_READ) || call_unbind(AT + i * TABLE, 1))
			bench_fail("the page tables cannot be made");
	/* Memory for records is at hand, as where pages have come and gone: a slab of them keeps one in use. */
	for (uint64_t i = 0; i < TABLES * 512; i++)
		if (call_bind(RECORDS + i * PAGE, token[0], token[1], RIGHT_READ))
			bench_fail("the page cannot be bound so often");
	for (uint64_t i = 0; i < TABLES * 512; i += 64)
		if (call_unbind(RECORDS + i * PAGE, 63))
			bench_fail("the page cannot be unbound");
	if (call_addressing_context((uintptr_t)&area, (uintptr_t)bind_fault, (uintptr_t)way_back, (uintptr_t)way_back_end))
		bench_fail("the kernel takes no addressing context");
}

static void
run(unsigned long count)
{
	uint64_t page = at;

	BENCH_LOOP(count)
		__asm__ volatile ("movb $1, (%0); add $4096, %0" : "+r"(page) : : "memory", "cc");
	at = page;
}

static void
teardown(void)
{
	if (at > AT + TABLES * TABLE)
		bench_fail("faults went beyond the tables that were made");
	call_addressing_context(0, 0, 0, 0);
}

const struct benchmark benchmark = { .setup = setup, .run = run, .teardown = teardown, .batch = 100 };
