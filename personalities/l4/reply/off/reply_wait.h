/* SPDX-License-Identifier: BSD-2-Clause */
/* A reply and the wait behind it are two entries: reply_apart.c. */
#pragma once

#include "personalities/l4/handlers.h"
#include <l4/calls.h>

enum status reply_apart(struct thread *self);

static inline enum status
ipc_dispatch(struct thread *self, u64 operation)
{
	return operation == CALL_IPC_REPLY_WAIT ? reply_apart(self) : call_dispatch_number(self, operation);
}
