/* SPDX-License-Identifier: BSD-2-Clause */
/* The fake machine's part of struct cpu. */
#pragma once

#include "core/types.h"

struct arch_cpu {
	const struct thread *loaded;	/* whose registers, FPU state and space arch_switch loaded last */
};
