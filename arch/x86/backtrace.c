/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where the kernel's code came from.  It is compiled without frame pointers; the build puts a table into the image that says for
 * each address how far the stack pointer is below the word behind the return address (core/symbols.h).  The walk ends where
 * the table does: in assembler code, which is where every entry into the kernel begins.
 */
#include "arch/x86/image.h"
#include "arch/x86/layout.h"
#include "core/arch.h"
#include "core/log.h"
#include "core/symbols.h"
#include "arch_frame.h"

/* The word at SP can be read: it is on one of the kernel's stacks, the one that boot uses included. */
static bool
on_stack(vaddr_t sp)
{
	vaddr_t slot = (sp - STACKS_BASE) % STACK_STRIDE;

	if (sp % 8)
		return false;
	if (sp - (vaddr_t)data_start < (vaddr_t)(image_end - data_start))
		return true;
	return sp - STACKS_BASE < STACKS * STACK_STRIDE && slot >= STACK_STRIDE - STACK_BYTES;
}

/* A trap outside the kernel's text is a call to a wild address: the return address was pushed last. */
static u32
stack_bytes(vaddr_t pc)
{
	bool in_text = pc - (vaddr_t)text_start < (vaddr_t)(text_end - text_start);

	return in_text ? symbol_stack_bytes(pc) : 8;
}

void
arch_backtrace(const struct trap_frame *trap, void (*fn)(vaddr_t pc), unsigned limit)
{
	vaddr_t pc, sp;
	u32 bytes;

	__asm__("lea (%%rip), %0; mov %%rsp, %1" : "=r"(pc), "=r"(sp));
	bytes = symbol_stack_bytes(pc);
	if (trap) {
		fn(trap->rip);
		sp = trap->rsp;
		bytes = stack_bytes(trap->rip);
	}
	while (limit-- && bytes && on_stack(sp + bytes - 8)) {
		sp += bytes;
		pc = *(const u64 *)(sp - 8) - 1;
		fn(pc);
		bytes = symbol_stack_bytes(pc);
	}
}

void
arch_trap_describe(const struct trap_frame *t)
{
	log_line("vector %lu, error 0x%lx, fault address 0x%016lx", t->vector, t->error, t->fault_address);
	log_line("rip 0x%016lx cs 0x%lx rflags 0x%lx", t->rip, t->cs, t->rflags);
	log_line("rax 0x%016lx rbx 0x%016lx rcx 0x%016lx rdx 0x%016lx", t->rax, t->rbx, t->rcx, t->arg[2]);
	log_line("rsi 0x%016lx rdi 0x%016lx rbp 0x%016lx rsp 0x%016lx", t->arg[1], t->arg[0], t->rbp, t->rsp);
	log_line("r8  0x%016lx r9  0x%016lx r10 0x%016lx r11 0x%016lx", t->arg[4], t->arg[5], t->arg[3], t->r11);
	log_line("r12 0x%016lx r13 0x%016lx r14 0x%016lx r15 0x%016lx", t->r12, t->r13, t->r14, t->r15);
}
