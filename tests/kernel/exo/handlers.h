/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Handlers for a test's contexts: HANDLER(name) makes an area `name_area`, an entry that keeps every register, and a way back.  It calls the
 * test's `void name_handler(void)', and once more when something came while that was busy.
 */
#pragma once

#include <stdint.h>
#include <exo/upcall.h>

_Static_assert(SAVE_BUSY == 8 && SAVE_RIP == 32 && SAVE_RFLAGS == 40 && SAVE_PENDING == 56, "offsets below");

#define EACH_REGISTER(operation, name)										\
	operation("rax", "0", name) operation("rbx", "8", name) operation("rcx", "16", name)			\
	operation("rdx", "24", name) operation("rsi", "32", name) operation("rdi", "40", name)			\
	operation("rbp", "48", name) operation("r8", "56", name) operation("r9", "64", name)			\
	operation("r10", "72", name) operation("r11", "80", name) operation("r12", "88", name)			\
	operation("r13", "96", name) operation("r14", "104", name) operation("r15", "112", name)
#define KEEP(register, offset, name)	"	mov	%" register ", " name "_kept+" offset "(%rip)\n"
#define GIVE_BACK(register, offset, name) "	mov	" name "_kept+" offset "(%rip), %" register "\n"

#define HANDLER(name)												\
	struct save_area name##_area __attribute__((used));							\
	uint64_t name##_kept[15] __attribute__((used));								\
	char name##_stack[4096] __attribute__((used, aligned(16)));						\
	void name##_handler(void) __attribute__((used));							\
	extern char name##_entry[], name##_back[], name##_back_end[];						\
	__asm__(".text\n"											\
		#name "_entry:\n"										\
		EACH_REGISTER(KEEP, #name)									\
		"1:	lea	" #name "_stack+4096(%rip), %rsp\n"						\
		"	movq	$0, " #name "_area+56(%rip)\n"							\
		"	call	" #name "_handler\n"								\
		EACH_REGISTER(GIVE_BACK, #name)									\
		#name "_back:\n"										\
		"	cmpq	$0, " #name "_area+56(%rip)\n"							\
		"	jne	1b\n"										\
		"	movq	$0, " #name "_area+8(%rip)\n"							\
		"	lea	" #name "_area+40(%rip), %rsp\n"						\
		"	popfq\n"										\
		"	pop	%rsp\n"										\
		"	jmp	*" #name "_area+32(%rip)\n"							\
		#name "_back_end:\n")

/* The arguments of the calls that set a context. */
#define CONTEXT_OF(name)											\
	(uintptr_t)&name##_area, (uintptr_t)name##_entry, (uintptr_t)name##_back, (uintptr_t)name##_back_end
