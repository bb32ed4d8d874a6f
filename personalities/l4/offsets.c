/* SPDX-License-Identifier: BSD-2-Clause */
/* The fast path's offsets and values are the structures' and enumerations': checked when this is compiled. */
#include "personalities/l4/l4.h"
#include "personalities/l4/l4_offsets.h"

#define SAME(name, value) _Static_assert((name) == (value), #name)

SAME(THREAD_STATE, offsetof(struct thread, state));
SAME(THREAD_SUSPENDED, offsetof(struct thread, suspended));
SAME(THREAD_STATE + 2, offsetof(struct thread, priority));
SAME(THREAD_STATE + 3, offsetof(struct thread, queued));
SAME(THREAD_STATE + 4, offsetof(struct thread, account));
SAME(THREAD_TICKS, offsetof(struct thread, ticks));
SAME(THREAD_FPU_AREA, THREAD_FPU_OFFSET);

SAME(L4_CALLER, offsetof(struct thread, personality) + offsetof(struct l4_thread, caller));
SAME(L4_SERVER, offsetof(struct thread, personality) + offsetof(struct l4_thread, server));
SAME(L4_ENDPOINT, offsetof(struct thread, personality) + offsetof(struct l4_thread, endpoint));
SAME(L4_THROUGH, offsetof(struct thread, personality) + offsetof(struct l4_thread, through));
SAME(L4_UTCB, offsetof(struct thread, personality) + offsetof(struct l4_thread, utcb));
SAME(L4_SLOT_LIMIT, offsetof(struct thread, personality) + offsetof(struct l4_thread, slot_limit));
SAME(L4_NULL_LIMIT, offsetof(struct thread, personality) + offsetof(struct l4_thread, null_limit));
SAME(ENDPOINT_WAITING, offsetof(struct endpoint, waiting));
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
SAME(STATE_RUNNABLE, THREAD_RUNNABLE);
SAME(STATE_WAIT_RECEIVE, WAIT_RECEIVE);
SAME(STATE_WAIT_REPLY, WAIT_REPLY);
