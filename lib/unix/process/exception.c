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

	uint64_t address = e->address ? t->registers.rip : 0;

	t->fault_vector = vector;
	t->fault_error = error;
	if (signal_at_once(t, &(struct signal_info){ .number = e->number, .code = e->code, .fault = { address } }))
		return;
	signal_force(t, e->number, e->code, address);
	signal_deliver(t, -1);
}

enum { ERROR_PRESENT = 1, ERROR_WRITE = 2, ERROR_USER = 4, ERROR_FETCH = 16 };

static inline void
fault_note(struct task *t, uint64_t address, unsigned access, bool there)
{
	t->fault_vector = PAGE;
	t->fault_error = ERROR_USER | (there ? ERROR_PRESENT : 0) | (access & RIGHT_WRITE ? ERROR_WRITE : 0) | (access & RIGHT_EXECUTE ? ERROR_FETCH : 0);
	t->fault_address = address;
}

static bool
page_there(const struct task *t, uint64_t page)
{
	struct host_mapping m;

	return host_next(&t->process->memory->host, page, page + UNIX_PAGE, &m);
}

bool
signal_denied(struct task *t, uint64_t address, unsigned access)
{
	fault_note(t, address, access, true);
	return signal_at_once(t, &(struct signal_info){ .number = SIGSEGV, .code = SEGV_ACCERR, .fault = { address } });
}

void
signal_fault(struct task *t, uint64_t address, unsigned access, int error)
{
	fault_note(t, address, access, page_there(t, address & -UNIX_PAGE));
	if (error == -ENOMEM) {
		host_log("%s: there is no memory for what it touched at %#lx; it is killed", t->name, address);
		process_leave(t->process, SIGKILL);
	} else if (error == -ENXIO) {
		signal_force(t, SIGBUS, BUS_ADRERR, address);
	} else {
		signal_force(t, SIGSEGV, error == -EACCES ? SEGV_ACCERR : SEGV_MAPERR, address);
	}
}
