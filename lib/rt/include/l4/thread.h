/* SPDX-License-Identifier: BSD-2-Clause */
/* Threads of a program, and the slots of its capabilities. */
#pragma once

#include <stdint.h>
#include <janus/status.h>
#include <l4/utcb.h>

/* The calling thread's UTCB, made when it is first asked for. */
struct utcb *thread_utcb(void);

/*
 * Make a thread of this program that runs BODY(ARGUMENT) with PRIORITY, on a stack of its own and with its own thread-local variables; its capability
 * comes into the slot *THREAD.  When BODY returns the thread ends; its stack stays taken.
 */
enum status thread_run(void (*body)(void *), void *argument, unsigned priority, uint64_t *thread);

/* The calling thread waits so long, a timeout of <l4/ipc.h>. */
void thread_pause(uint64_t timeout);

/* An empty slot, its table page there: 0 when the pool has none for it.  Slots below the first free one are the starter's. */
uint64_t slot_take(void);
void slot_give(uint64_t slot);		/* its capability, if it has one, is deleted; 0: nothing */

/* The slot that this program was given under NAME by who started it; 0: none. */
uint64_t environment_slot(const char *name);

/* The endpoint of the first service that this program serves; 0: none. */
uint64_t environment_service(void);
