/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#define DERIVE(into)	call_cap_copy(ORIGINAL, SLOT_OWN, into, RIGHTS_ALL)
#include "../derive.h"
