/* SPDX-License-Identifier: BSD-2-Clause */
/* Floating-point registers in a signal's frame: fxsave's area, and xsave's where the processor has that. */
#pragma once

#include <stdint.h>

#define FPU_BASIC 512ul		/* fxsave's */

uint64_t fpu_size(void);	/* for process_state's fpu_bytes */
void fpu_marks(uint64_t bytes, uint64_t marks[3]);	/* for the vDSO's data, where there is xsave */
