/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads of a program: <l4/thread.h>. */
#include <stdlib.h>
#include <janus/layout.h>
#include <janus/registers.h>
#include <janus/rt.h>
#include <janus/slots.h>
#include <l4/message.h>
#include <l4/stubs.h>
#include <l4/thread.h>

#define UTCB_AREA	(USER_STACK_TOP - (2ul << 20))	/* the first thread's stack is in the same page table */
#define PAGE		4096ul
#define STACK_BYTES	16384

static __thread struct utcb *utcb;
static uint64_t utcbs;

struct utcb *
thread_utcb(void)
{
	if (!utcb) {
		uint64_t address = UTCB_AREA + __atomic_fetch_add(&utcbs, 1, __ATOMIC_RELAXED) * PAGE;
		if (call_thread_utcb(SLOT_OWN, address))
			abort();
		utcb = (struct utcb *)address;
	}
	return utcb;
}

/* At an endpoint of its own, where nobody sends. */
void
thread_pause(uint64_t timeout)
{
	static __thread uint64_t nobody;
	struct message m = { 0 };

	if (!nobody) {
		nobody = slot_take();
		if (call_endpoint_create(nobody))
			abort();
	}
	message_ipc(CALL_IPC_RECEIVE | timeout << IPC_RECEIVE_TIME, nobody, &m);
}

/* What a new thread finds at its stack's end. */
struct start {
	void (*body)(void *);
	void *argument;
};

static void
begin(struct start *start)
{
	start->body(start->argument);
	call_thread_exit();
}

/* Its stack and its block, in one piece; the stack pointer is as behind a call. */
static enum status
thread_prepare(uint64_t slot, struct start start)
{
	char *stack = aligned_alloc(THREAD_BLOCK_ALIGN, STACK_BYTES + thread_block_bytes());

	if (!stack)
		return ERR_NO_FRAME;
	struct registers registers = { .fs_base = thread_block_init(stack + STACK_BYTES) };
	struct start *at = (struct start *)(stack + STACK_BYTES) - 1;
	*at = start;
	enum status status = call_thread_exchange(slot, REGISTERS_BASES, (uintptr_t)&registers);
	if (!status)
		status = call_thread_start(slot, (uintptr_t)begin, (uintptr_t)at - sizeof(void *), (uintptr_t)at);
	if (status)
		free(stack);
	return status;
}

enum status
thread_run(void (*body)(void *), void *argument, unsigned priority, uint64_t *thread)
{
	uint64_t slot = slot_take(), id;
	enum status status;

	if (!slot)
		return ERR_NO_KMEM;
	status = call_thread_create(SLOT_OWN, slot, &id);
	if (!status)
		status = call_thread_priority(slot, priority);
	if (!status)
		status = thread_prepare(slot, (struct start){ body, argument });
	if (status) {
		call_object_destroy(slot);
		slot_give(slot);
		return status;
	}
	*thread = slot;
	return OK;
}
