/* SPDX-License-Identifier: BSD-2-Clause */
/* Kinds of objects that only l4 has. */
#pragma once

#include <janus/kinds.h>

#define KIND_ENDPOINT		KIND_WAITED
#define KIND_NOTIFICATION	(KIND_WAITED + 1)
#define KIND_REPLY		(KIND_WAITED + 2)	/* a caller that was put aside */
#define KIND_CONTEXT		KIND_PERSONALITY
