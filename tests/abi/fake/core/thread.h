/* SPDX-License-Identifier: BSD-2-Clause */
/* As much of a thread as the dispatcher sees. */
#pragma once

#include "core/types.h"

struct thread {
	struct {
		u64 rax;
		u64 arg[6];
	} regs;
};
