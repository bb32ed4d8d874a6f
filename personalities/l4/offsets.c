/* SPDX-License-Identifier: BSD-2-Clause */
/* The fast path's offsets and values are the structures' and enumerations': checked when this is compiled. */
#include "personalities/l4/l4.h"
#include "personalities/l4/l4_offsets.h"
#include <l4/calls.h>
#include <l4/fault.h>

#define SAME(name, value) _Static_assert((name) == (value), #name)

SAME(THREAD_STATE, offsetof(struct thread, state));
SAME(THREAD_SUSPENDED, offsetof(struct thread, suspended));
SAME(THREAD_STATE + 2, offsetof(struct thread, priority));
SAME(THREAD_STATE + 3, offsetof(struct thread, queued));
SAME(THREAD_STATE + 4, offsetof(struct thread, account));
SAME(THREAD_PRIORITY, offsetof(struct thread, priority));
SAME(THREAD_QUEUED, offsetof(struct thread, queued));
SAME(THREAD_ACCOUNT, offsetof(struct thread, account));
SAME(THREAD_READY_NEXT, offsetof(struct thread, ready_next));
SAME(THREAD_READY_PREV, offsetof(struct thread, ready_prev));
SAME(CPU_READY, offsetof(struct cpu, ready.head));
SAME(CPU_READY_LEVELS, offsetof(struct cpu, ready.levels));
SAME(CPU_READY_SUMMARY, offsetof(struct cpu, ready.summary));
SAME(1 << LEVEL_WORD_SHIFT, 8 * sizeof(((struct ready *)0)->levels[0]));
SAME(FRAME_OF_CALL, FRAME_GENERAL | FRAME_SYSRET);
SAME(THREAD_TICKS, offsetof(struct thread, ticks));
SAME(THREAD_FPU_AREA, THREAD_FPU_OFFSET);

SAME(L4_CALLER, offsetof(struct thread, personality) + offsetof(struct l4_thread, caller));
SAME(L4_SERVER, offsetof(struct thread, personality) + offsetof(struct l4_thread, server));
SAME(L4_ENDPOINT, offsetof(struct thread, personality) + offsetof(struct l4_thread, endpoint));
SAME(L4_THROUGH, offsetof(struct thread, personality) + offsetof(struct l4_thread, through));
SAME(L4_UTCB, offsetof(struct thread, personality) + offsetof(struct l4_thread, utcb));
SAME(L4_SLOT_LIMIT, offsetof(struct thread, personality) + offsetof(struct l4_thread, slot_limit));
SAME(L4_OTHER_CALLER, offsetof(struct thread, personality) + offsetof(struct l4_thread, other_caller));
SAME(L4_OWN_ACCOUNT, offsetof(struct thread, personality) + offsetof(struct l4_thread, own_account));
SAME(L4_OWN_PRIORITY, offsetof(struct thread, personality) + offsetof(struct l4_thread, own_priority));
SAME(L4_FAULT, offsetof(struct thread, personality) + offsetof(struct l4_thread, fault));
SAME(L4_PLAIN_LIMIT, offsetof(struct thread, personality) + offsetof(struct l4_thread, plain_limit));
SAME(L4_PAGER, offsetof(struct thread, personality) + offsetof(struct l4_thread, pager));
SAME(L4_FAULTED, offsetof(struct thread, personality) + offsetof(struct l4_thread, transfer.faulted));
SAME(L4_HANDLER, offsetof(struct thread, personality) + offsetof(struct l4_thread, handler));
SAME(L4_NULL_LIMIT, offsetof(struct thread, personality) + offsetof(struct l4_thread, null_limit));
SAME(ENDPOINT_WAITING, offsetof(struct endpoint, waiting));
SAME(NOTIFICATION_ENDPOINT, offsetof(struct notification, source.endpoint));
SAME(NOTIFICATION_PENDING, offsetof(struct notification, source.pending));
SAME(NOTIFICATION_BITS, offsetof(struct notification, bits));
SAME(SPACE_CAPS, offsetof(struct space, caps));

SAME(CAP_OBJECT, offsetof(struct capability, object));
SAME(CAP_BADGE, offsetof(struct capability, badge));
SAME(CAP_TYPE, offsetof(struct capability, type));
SAME(1 << CAP_SLOT_SHIFT, CAP_PER_PAGE);
SAME(CAP_SLOT_MASK, (CAP_PER_PAGE - 1) * sizeof(struct capability));

SAME(RIGHT_TO_SEND, RIGHT_SEND);
SAME(RIGHT_TO_RECEIVE, RIGHT_RECEIVE);
SAME(ENDPOINT_SENDS, KIND_ENDPOINT << 8 | RIGHT_SEND);
SAME(ENDPOINT_RECEIVES, KIND_ENDPOINT << 8 | RIGHT_RECEIVE);
SAME(NOTIFICATION_SENDS, KIND_NOTIFICATION << 8 | RIGHT_SEND);
SAME(NOTIFICATION_RECEIVES, KIND_NOTIFICATION << 8 | RIGHT_RECEIVE);
SAME(ANSWER_RAX, REGISTERS_RAX);
SAME(ANSWER_IP, REGISTERS_RIP);
SAME(ANSWER_SP, REGISTERS_RSP);
_Static_assert(RIGHT_READ == 1 && RIGHT_WRITE == 2 && RIGHT_EXECUTE == 4, "as fault.S tells the access");
_Static_assert(IPC_EXCEPTION == 2, "a bit of the kind");
SAME(ANSWER_IP_END, USER_END);
SAME(STATE_RUNNABLE, THREAD_RUNNABLE);
SAME(STATE_WAIT_RECEIVE, WAIT_RECEIVE);
SAME(STATE_WAIT_REPLY, WAIT_REPLY);
SAME(STATE_WAIT_BITS, WAIT_BITS);
_Static_assert(CALL_YIELD < 64 && CALL_NOTIFICATION_SIGNAL < 64 && CALL_NOTIFICATION_WAIT < 64, "as fast.S tells them from others");
