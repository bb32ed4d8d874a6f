/* SPDX-License-Identifier: BSD-2-Clause */
/* What the processor says of a program's instruction, as a signal. */
#include <errno.h>
#include <signal.h>
#include <janus/kinds.h>
#include <unix/arena.h>
#include "process/internal.h"

enum { DIVIDE, DEBUG, NMI, BREAKPOINT, OVERFLOW, BOUND, OPCODE, NO_FPU, DOUBLE, OVERRUN, TSS, SEGMENT, STACK, PROTECTION, PAGE, RESERVED, FLOAT, ALIGNMENT, MACHINE, VECTOR,
	EXCEPTIONS };

#define AT_IP true

/* Its signal, its code, and whether the instruction's address goes with it. */
static const struct exception {
	int number, code;
	bool address;
} exceptions[EXCEPTIONS] = {
	[DIVIDE] = { SIGFPE, FPE_INTDIV, AT_IP },
	[DEBUG] = { SIGTRAP, TRAP_TRACE, AT_IP },
	[BREAKPOINT] = { SIGTRAP, SI_KERNEL, false },
	[OVERFLOW] = { SIGSEGV, SI_KERNEL, false },
	[BOUND] = { SIGSEGV, SI_KERNEL, false },
	[OPCODE] = { SIGILL, ILL_ILLOPN, AT_IP },
	[OVERRUN] = { SIGFPE, SI_KERNEL, false },
	[TSS] = { SIGSEGV, SI_KERNEL, false },
	[SEGMENT] = { SIGBUS, SI_KERNEL, false },
	[STACK] = { SIGBUS, SI_KERNEL, false },
	[PROTECTION] = { SIGSEGV, SI_KERNEL, false },
	[FLOAT] = { SIGFPE, FPE_FLTINV, AT_IP },
	[ALIGNMENT] = { SIGBUS, BUS_ADRALN, false },
	[VECTOR] = { SIGFPE, FPE_FLTINV, AT_IP },
};

void
signal_exception(struct task *t, unsigned vector, uint64_t error)
{
	static const struct exception unknown = { SIGSEGV, SI_KERNEL, false };
	const struct exception *e = vector < EXCEPTIONS && exceptions[vector].number ? &exceptions[vector] : &unknown;

	t->fault_vector = vector;
	t->fault_error = error;
	signal_force(t, e->number, e->code, e->address ? t->registers.rip : 0);
}

enum { ERROR_PRESENT = 1, ERROR_WRITE = 2, ERROR_USER = 4, ERROR_FETCH = 16 };

static uint64_t
error_code(struct task *t, uint64_t address, unsigned access)
{
	uint64_t page = address & -UNIX_PAGE;
	struct host_mapping m;
	bool there = host_next(&t->process->memory->host, page, page + UNIX_PAGE, &m);

	return ERROR_USER | (there ? ERROR_PRESENT : 0) | (access & RIGHT_WRITE ? ERROR_WRITE : 0) | (access & RIGHT_EXECUTE ? ERROR_FETCH : 0);
}

void
signal_fault(struct task *t, uint64_t address, unsigned access, int error)
{
	t->fault_vector = PAGE;
	t->fault_error = error_code(t, address, access);
	t->fault_address = address;
	if (error == -ENOMEM) {
		host_log("%s: there is no memory for what it touched at %#lx; it is killed", t->name, address);
		process_leave(t->process, SIGKILL);
	} else if (error == -ENXIO) {
		signal_force(t, SIGBUS, BUS_ADRERR, address);
	} else {
		signal_force(t, SIGSEGV, error == -EACCES ? SEGV_ACCERR : SEGV_MAPERR, address);
	}
}
