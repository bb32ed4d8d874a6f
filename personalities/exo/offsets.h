/* SPDX-License-Identifier: BSD-2-Clause */
/* Offsets that exo's assembler code uses, from the start of struct thread.  offsets.c asserts each against the structures. */
#pragma once

#define THREAD_PERSONALITY	448

#define ENV_SHARE		(THREAD_PERSONALITY + 0)
#define ENV_ENTRY		(THREAD_PERSONALITY + 8)
#define ENV_NAME		(THREAD_PERSONALITY + 16)
#define ENV_LIBRARY_BEGIN	(THREAD_PERSONALITY + 24)
#define ENV_LIBRARY_BYTES	(THREAD_PERSONALITY + 32)
#define ENV_RANGE_BEGIN		(THREAD_PERSONALITY + 40)
#define ENV_RANGE_BYTES		(THREAD_PERSONALITY + 48)
#define ENV_RESUMABLE		(THREAD_PERSONALITY + 56)
#define ENV_EXCEPTION		(THREAD_PERSONALITY + 64)
#define ENV_ADDRESSING		(ENV_EXCEPTION + CONTEXT_BYTES)
#define ENV_CALL		(ENV_EXCEPTION + 4 * CONTEXT_BYTES)
#define THREAD_FPU_AREA		1280

#define CONTEXT_AREA		0
#define CONTEXT_HANDLER		8
#define CONTEXT_HOLD_TYPE	48
#define CONTEXT_BYTES		96

#define SHARE_RUNS		0

#define NAME_FAST		0
#define NAME_THREAD		8
#define NAME_OFFSET		0xfff0		/* of a name: where in the table its entry is */
