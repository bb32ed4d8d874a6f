/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Handlers for a test's contexts: HANDLER(name) makes an area `name_area`, an entry that keeps every register, and a way back.  It calls the
 * test's `void name_handler(void)', and once more when something came while that was busy.  HANDLER_AT is for an area of the test's own, which is
 * said as UPCALL_WAY_BACK wants it.
 */
#pragma once

#include <stdint.h>
#include <exo/upcall.h>

_Static_assert(SAVE_PENDING == 56, "the offset below");

#define EACH_REGISTER(operation, name)										\
	operation("rax", "0", name) operation("rbx", "8", name) operation("rcx", "16", name)			\
	operation("rdx", "24", name) operation("rsi", "32", name) operation("rdi", "40", name)			\
	operation("rbp", "48", name) operation("r8", "56", name) operation("r9", "64", name)			\
	operation("r10", "72", name) operation("r11", "80", name) operation("r12", "88", name)			\
	operation("r13", "96", name) operation("r14", "104", name) operation("r15", "112", name)
#define KEEP(register, offset, name)	"	mov	%" register ", " name "_kept+" offset "(%rip)\n"
#define GIVE_BACK(register, offset, name) "	mov	" name "_kept+" offset "(%rip), %" register "\n"

#define HANDLER_AT(name, area, base)										\
	uint64_t name##_kept[15] __attribute__((used));								\
	char name##_stack[4096] __attribute__((used, aligned(16)));						\
	void name##_handler(void) __attribute__((used));							\
	extern char name##_entry[], name##_back[], name##_back_end[];						\
	__asm__(".text\n"											\
		#name "_entry:\n"										\
		EACH_REGISTER(KEEP, #name)									\
		"1:	lea	" #name "_stack+4096(%rip), %rsp\n"						\
		"	movq	$0, " area "+56" base "\n"							\
		"	call	" #name "_handler\n"								\
		EACH_REGISTER(GIVE_BACK, #name)									\
		#name "_back:\n"										\
		"	cmpq	$0, " area "+56" base "\n"							\
		"	jne	1b\n"										\
		UPCALL_WAY_BACK(area, base)									\
		#name "_back_end:\n")

#define HANDLER(name)												\
	struct save_area name##_area __attribute__((used));							\
	HANDLER_AT(name, #name "_area", "(%rip)")

/* The arguments of the calls that set a context. */
#define CONTEXT_OF(name)		CONTEXT_AT(name, (uintptr_t)&name##_area)
#define CONTEXT_AT(name, area)		area, (uintptr_t)name##_entry, (uintptr_t)name##_back, (uintptr_t)name##_back_end
