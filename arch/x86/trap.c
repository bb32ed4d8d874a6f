/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Traps after the entry has saved the registers: from user level, from kernel mode, and on the stacks of their own.
 * A fault of user code goes to the personality; one of kernel code is a bug unless it is an access to user memory.
 */
#include "arch/x86/instructions.h"
#include "arch/x86/interrupt.h"
#include "arch/x86/trap.h"
#include "check.h"
#include "core/arch.h"
#include "core/cpu.h"
#include "core/fault.h"
#include "core/panic.h"
#include "core/personality.h"
#include "trace.h"

/* Error code of a page fault. */
#define PAGE_PRESENT	(1u << 0)
#define PAGE_WRITE	(1u << 1)
#define PAGE_USER	(1u << 2)
#define PAGE_RESERVED	(1u << 3)
#define PAGE_FETCH	(1u << 4)

static void
page_fault_decode(const struct trap_frame *frame, struct fault *fault)
{
	fault->kind = FAULT_PAGE;
	fault->address = frame->fault_address;
	fault->present = frame->error & PAGE_PRESENT;
	if (frame->error & PAGE_FETCH)
		fault->access = RIGHT_EXECUTE;
	else
		fault->access = frame->error & PAGE_WRITE ? RIGHT_WRITE : RIGHT_READ;
}

void
arch_thread_fault(const struct thread *t, struct fault *fault)
{
	const struct trap_frame *frame = &t->regs;

	*fault = (struct fault){
		.kind = FAULT_EXCEPTION,
		.vector = frame->vector,
		.error = frame->error,
		.ip = frame->rip,
	};
	if (frame->vector == VECTOR_PAGE_FAULT)
		page_fault_decode(frame, fault);
}

void
arch_thread_set_fault(struct thread *t, vaddr_t address, unsigned access)
{
	t->regs.vector = VECTOR_PAGE_FAULT;
	t->regs.error = PAGE_USER | (access & RIGHT_WRITE ? PAGE_WRITE : 0) | (access & RIGHT_EXECUTE ? PAGE_FETCH : 0);
	t->regs.fault_address = address;
}

/* What the processor keeps beside the frame belongs to the frame from now on. */
static void
fault_decode(struct thread *self, struct fault *fault)
{
	struct trap_frame *frame = &self->regs;

	if (frame->vector == VECTOR_PAGE_FAULT) {
		frame->fault_address = read_cr2();
		if (frame->error & PAGE_RESERVED)
			panic("page tables are corrupt: reserved bit set for address %#lx", frame->fault_address);
	} else if (frame->vector == VECTOR_DEBUG) {
		write_dr6(0);			/* sticky: the next trap would show this one's cause */
	}
	arch_thread_fault(self, fault);
}

/* From user level, the frame complete. */
void
trap_dispatch(struct thread *self)
{
	struct fault fault;

	if (self->regs.vector >= VECTOR_PIC) {
		interrupt_dispatch(self->regs.vector);
		return;
	}
	this_cpu()->faults++;
	fault_decode(self, &fault);
	if (fault.kind == FAULT_PAGE)
		trace(TRACE_PAGE, fault.address, fault.ip);
	else
		trace(TRACE_FAULT, fault.vector, fault.ip);
	personality_fault(self, &fault);
	check_after_call();
}

/*
 * The exit's iretq refused what is in the thread's frame.  Everything that can set a frame is sanitised, so this takes a
 * kernel bug elsewhere; the thread pays for it, not the machine.
 */
void
trap_iret(struct thread *self, u64 vector, u64 error)
{
	struct fault fault;

	self->regs.vector = vector;
	self->regs.error = error;
	fault_decode(self, &fault);
	personality_fault(self, &fault);
}

static bool
in_user_access(u64 rip)
{
	return rip >= (u64)user_access_begin && rip < (u64)user_access_end;
}

/* From kernel mode: the idle loop's interrupts, user memory that is not there, or a bug. */
void
trap_kernel(struct trap_frame *frame)
{
	if (frame->vector >= VECTOR_PIC) {
		interrupt_dispatch(frame->vector);
		return;
	}
	if ((frame->vector == VECTOR_PAGE_FAULT || frame->vector == VECTOR_PROTECTION) && in_user_access(frame->rip)) {
		frame->rip = (u64)user_access_fault;
		return;
	}
	if (frame->vector == VECTOR_PAGE_FAULT)
		frame->fault_address = read_cr2();
	panic_trap(frame, "unexpected exception %lu in the kernel", frame->vector);
}

/* On a stack of its own; what is interrupted may be anything, entry and exit code included. */
void
trap_paranoid(struct trap_frame *frame)
{
	struct cpu *cpu = this_cpu();

	switch (frame->vector) {
	case VECTOR_NMI:
		cpu->arch.nmis++;
		return;
	case VECTOR_DEBUG:
		cpu->arch.debug_traps++;
		write_dr6(0);
		frame->rflags &= ~RFLAGS_TF;
		return;
	default:
		panic_trap(frame, frame->vector == VECTOR_MACHINE_CHECK ? "machine check" : "double fault");
	}
}
