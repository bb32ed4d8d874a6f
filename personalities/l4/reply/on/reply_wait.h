/* SPDX-License-Identifier: BSD-2-Clause */
/* A reply and the wait behind it are one entry. */
#pragma once

#include "personalities/l4/handlers.h"

static inline enum status
ipc_dispatch(struct thread *self, u64 operation)
{
	return call_dispatch_number(self, operation);
}
