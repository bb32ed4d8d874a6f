/* SPDX-License-Identifier: BSD-2-Clause */
/* On another's slices: an environment that is entered at guest_entry, where it tries to wait, and comes back to client_entry with what that gave. */
#pragma once

#include <stdint.h>
#include <exo/calls.h>
#include <exo/stubs.h>
#include "preserved.h"

extern char client_entry[], guest_entry[];
uint64_t transfer_and_back(uint64_t to);	/* what the wait gave */
__asm__(".text\n"
	"transfer_and_back:\n"
	PUSH_PRESERVED
	"	mov	$6, %eax\n"
	"	syscall\n"
	"	ud2\n"
	"client_entry:\n"
	"	mov	%rdx, %rax\n"
	POP_PRESERVED
	"	ret\n"
	"guest_entry:\n"
	"	mov	%rax, %rbx\n"
	"	xor	%edi, %edi\n"
	"	mov	$-1, %rdx\n"
	"	mov	wait_number(%rip), %eax\n"
	"	syscall\n"
	"	mov	%rax, %rdx\n"
	"	mov	%rbx, %rdi\n"
	"	mov	$6, %eax\n"
	"	syscall\n"
	"	ud2\n");
_Static_assert(CALL_TRANSFER == 6, "the number above");
const uint32_t wait_number __attribute__((used)) = CALL_WAIT;

static inline void
guest(uint64_t unused __attribute__((unused)))
{
	uint64_t ignored;

	call_entry((uintptr_t)guest_entry, &ignored);
	call_park();
}
