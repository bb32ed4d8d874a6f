/* SPDX-License-Identifier: BSD-2-Clause */
#pragma once

#include "check.h"
#include "fake/machine.h"
#include "unit.h"

extern const struct operations ops_kmem;
