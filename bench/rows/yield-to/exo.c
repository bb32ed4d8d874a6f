/* SPDX-License-Identifier: BSD-2-Clause */
#include "../partner_exo.h"

#include <exo/calls.h>

/*
 * The call as it is, once here and once in the partner.  No general register is kept over it; but the partner leaves those alone that the
 * loop here wants, and has no slice of its own in which it could be resumed otherwise.
 */
void yield_round(void);
extern char partner_loop[];
static uint64_t here __attribute__((used)), there __attribute__((used));
static const uint32_t number __attribute__((used)) = CALL_YIELD_TO;

__asm__ (
	"yield_round:\n"
	"	mov	there(%rip), %rdi\n"
	"	mov	number(%rip), %eax\n"
	"	syscall\n"
	"	ret\n"
	"partner_loop:\n"
	"	mov	here(%rip), %rdi\n"
	"	mov	number(%rip), %eax\n"
	"	syscall\n"
	"	jmp	partner_loop\n"
);

static void
setup(void)
{
	if (call_entry(0, &here))
		bench_fail("no name");
	environment_make(PARTNER_SLOT, ENVIRONMENT_KMEM, partner_stack, (void (*)(uint64_t))partner_loop, 0, &there);
	if (yield_to(there))
		bench_fail("the partner does not run");
}

static void
run(unsigned long count)
{
	BENCH_LOOP(count)
		__asm__ volatile ("call yield_round" : : : "rax", "rcx", "rdx", "rdi", "r11", "memory");
}

const struct benchmark benchmark = { .setup = setup, .run = run, .units = 2 };
