/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#define BADGE		4711
#define DERIVE(into)	call_cap_mint(ORIGINAL, SLOT_OWN, into, RIGHT_READ, BADGE)
#include "../derive.h"
