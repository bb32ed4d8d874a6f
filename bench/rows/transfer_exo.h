/* SPDX-License-Identifier: BSD-2-Clause */
/* A transfer to another environment's entry and back: alone, and beside neighbours. */
#pragma once

#include "bench.h"
#include "environment.h"

#include <exo/calls.h>

#define PARTNER_SLOT	9

static char partner_stack[ENVIRONMENT_STACK] __attribute__((aligned(16)));
static uint64_t partner;

/* rdi names the target; the target leaves the stack pointer and the other registers alone, and comes back by client_entry. */
void transfer_round(uint64_t target);
extern char client_entry[], partner_entry[];
__asm__ (
	"transfer_round:\n"
	"	mov	$6, %eax\n"
	"	syscall\n"
	"	ud2\n"				/* it refused */
	"client_entry:\n"
	"	ret\n"
	"partner_entry:\n"
	"	mov	%rax, %rdi\n"
	"	mov	$6, %eax\n"
	"	syscall\n"
	"	ud2\n"
);
_Static_assert(CALL_TRANSFER == 6, "the number above");

static inline void
partner_body(uint64_t unused __attribute__((unused)))
{
	uint64_t name;

	call_entry((uintptr_t)partner_entry, &name);
	call_park();
}

static inline void
transfer_setup(void)
{
	uint64_t name;

	if (call_entry((uintptr_t)client_entry, &name))
		bench_fail("the kernel takes no entry");
	environment_start(PARTNER_SLOT, partner_stack, partner_body, 0, &partner);
	call_yield();
}

static inline void
transfer_run(unsigned long count)
{
	uint64_t target = partner;

	BENCH_LOOP(count)
		__asm__ volatile ("mov %0, %%rdi; call transfer_round" : : "r"(target) : "rax", "rcx", "rdi", "r11", "memory");
}
