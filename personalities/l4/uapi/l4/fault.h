/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Messages that the kernel makes, and what they are answered with.  For C and assembler.  docs/l4/faults.md explains them.
 *
 * What a received message is, is its kind (<l4/ipc.h>).  Words count as in struct message: rdi rsi r10 r8 r9 rbx rbp r12 r13 r14 r15.
 */
#pragma once

#define IPC_FROM_THREAD		0		/* a thread's own message */
#define IPC_PAGE_FAULT		1		/* a call: to the thread's pager */
#define IPC_EXCEPTION		2		/* a call: to its handler */
#define IPC_FOREIGN_CALL	3		/* a call: a foreign thread's `syscall`, to its handler */
#define IPC_INTERRUPT		4		/* from a line: one word, how often it fired; the receiver's next IPC acknowledges it */
#define IPC_NOTIFICATION	5		/* from a notification: one word, its bits */

/* Words of a page fault. */
#define PAGE_FAULT_ADDRESS	0
#define PAGE_FAULT_IP		1
#define PAGE_FAULT_ACCESS	2		/* RIGHT_READ, RIGHT_WRITE or RIGHT_EXECUTE */
#define PAGE_FAULT_ERROR	3		/* the machine's */
#define PAGE_FAULT_FLAGS	4
#define PAGE_FAULT_SP		5

/* Words of an exception. */
#define EXCEPTION_VECTOR	0
#define EXCEPTION_ERROR		1		/* the machine's */
#define EXCEPTION_ADDRESS	2		/* of a page fault that the pager did not take */
#define EXCEPTION_IP		3
#define EXCEPTION_FLAGS		4
#define EXCEPTION_SP		5
#define EXCEPTION_REGISTERS	20		/* words in the UTCB: struct registers (<janus/registers.h>); if the receiver has one */

/* Which `syscall` instructions of a thread are foreign calls. */
#define FOREIGN_NOT		0
#define FOREIGN_ALL		1
#define FOREIGN_BUT_IPC		2		/* all but ipc_call, without deadlines and tag, to an endpoint that it may send to */

/* Words of a foreign call: rdi rsi r10 r8 r9 are where they were. */
#define FOREIGN_RAX		5
#define FOREIGN_RDX		6
#define FOREIGN_IP		7		/* behind the instruction */
#define FOREIGN_SP		8
#define FOREIGN_FLAGS		9

/*
 * Words of the reply.  The first is FAULT_REFUSED, or which registers are set (REGISTERS_* of <janus/registers.h>): if rax, rip, rflags and rsp alone, from the
 * words below; if others too, all from a struct registers in the UTCB.
 */
#define FAULT_ANSWER		0
#define FAULT_RAX		1
#define FAULT_IP		3
#define FAULT_FLAGS		4
#define FAULT_SP		5

#define FAULT_REFUSED		0x80000000	/* the exception handler is asked next; after it nobody, and the thread stops */
