/* SPDX-License-Identifier: BSD-2-Clause */
/* IPC from C: a message in a structure, for every operation; and stubs that carry nothing, where that is enough. */
#pragma once

#include <stdint.h>
#include <janus/status.h>
#include <l4/calls.h>
#include <l4/ipc.h>

struct message {
	uint64_t word[IPC_WORDS];	/* rdi rsi r10 r8 r9 rbx rbp r12 r13 r14 r15 */
	uint64_t badge;			/* received; of a reply 0 */
	uint16_t kind, tag;		/* received (<l4/ipc.h>) */
};

/*
 * OPERATION is CALL_IPC_*, with timeouts and the tag of what is sent above the number (<l4/ipc.h>); SLOT is its endpoint.  M is sent, received or both; a status that is
 * not OK leaves it as it was, unless the thread had to wait: the words are then 0.
 */
enum status message_ipc(uint64_t operation, uint64_t slot, struct message *m);

/* The registers that a message may be in, besides rax and rdx. */
#define MESSAGE_CLOBBERS \
	"rdi", "rsi", "r10", "r8", "r9", "rbx", "rbp", "r12", "r13", "r14", "r15", "rcx", "r11", "memory"

/* Operations that neither send nor want a word.  Undefined is what of the registers the other side sees. */
static inline __attribute__((always_inline)) enum status
ipc_signal(uint64_t operation, uint64_t slot)
{
	__asm__ volatile("syscall" : "+a"(operation), "+d"(slot) : : MESSAGE_CLOBBERS);
	return (enum status)operation;
}

/* The same with four words, which are exchanged for the answer's. */
static inline __attribute__((always_inline)) enum status
ipc_four(uint64_t operation, uint64_t slot, uint64_t word[4])
{
	register uint64_t r10 __asm__("r10") = word[2];
	register uint64_t r8 __asm__("r8") = word[3];

	__asm__ volatile("syscall"
		: "+a"(operation), "+d"(slot), "+D"(word[0]), "+S"(word[1]), "+r"(r10), "+r"(r8) :
		: "r9", "rbx", "rbp", "r12", "r13", "r14", "r15", "rcx", "r11", "memory");
	word[2] = r10;
	word[3] = r8;
	return (enum status)operation;
}
