/* SPDX-License-Identifier: BSD-2-Clause */
/* Floating-point registers in a signal's frame: fxsave's area, and xsave's where the processor has that. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <unix/process.h>

#define FPU_BASIC 512ul		/* fxsave's */

uint64_t fpu_size(void);	/* for process_state's fpu_bytes */
int fpu_prepare(struct task *t, uint64_t address);	/* the parts of the area at ADDRESS that the processor does not write: 0 or -EFAULT */
