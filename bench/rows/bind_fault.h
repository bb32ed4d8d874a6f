/* SPDX-License-Identifier: BSD-2-Clause */
/* A handler in assembler that binds a frame where a page fault was, and goes back. */
#pragma once

#include "bindings.h"
#include <exo/upcall.h>

struct save_area area __attribute__((used));
uint64_t kept[7] __attribute__((used));
struct token frame __attribute__((used));

extern char bind_fault[], way_back[], way_back_end[];

/* It begins with the instruction FIRST, which may be none, and asks for RIGHTS. */
#define BIND_FAULT(first, rights)				\
__asm__ (							\
	"bind_fault:\n"						\
	"	" first "\n"					\
	"	mov	%rax, kept(%rip)\n"			\
	"	mov	%rdi, kept+8(%rip)\n"			\
	"	mov	%rsi, kept+16(%rip)\n"			\
	"	mov	%rdx, kept+24(%rip)\n"			\
	"	mov	%r10, kept+32(%rip)\n"			\
	"	mov	%rcx, kept+40(%rip)\n"			\
	"	mov	%r11, kept+48(%rip)\n"			\
	"	mov	area+24(%rip), %rdi\n"			\
	"	and	$-4096, %rdi\n"				\
	"	mov	frame(%rip), %rsi\n"			\
	"	mov	frame+8(%rip), %rdx\n"			\
	"	mov	" rights ", %r10d\n"			\
	"	mov	$20, %eax\n"				\
	"	syscall\n"					\
	"	test	%eax, %eax\n"				\
	"	jnz	1f\n"					\
	"	mov	kept(%rip), %rax\n"			\
	"	mov	kept+8(%rip), %rdi\n"			\
	"	mov	kept+16(%rip), %rsi\n"			\
	"	mov	kept+24(%rip), %rdx\n"			\
	"	mov	kept+32(%rip), %r10\n"			\
	"	mov	kept+40(%rip), %rcx\n"			\
	"	mov	kept+48(%rip), %r11\n"			\
	"way_back:\n"						\
	UPCALL_WAY_BACK("area", "(%rip)")			\
	"way_back_end:\n"					\
	"1:	ud2\n"		/* while busy: the machine ends as failed */ \
)
_Static_assert(CALL_BIND == 20 && SAVE_ADDRESS == 24, "the numbers above");

static inline void
bind_faults(void)
{
	must(call_addressing_context((uintptr_t)&area, (uintptr_t)bind_fault, (uintptr_t)way_back, (uintptr_t)way_back_end),
	     "the kernel takes no addressing context");
}
