/* SPDX-License-Identifier: BSD-2-Clause */
/* The 8254 timer, used once: as the measure of time that the other clocks are calibrated against. */
#pragma once

#include "core/types.h"

#define PIT_HZ		1193182

/* Start counting TICKS; false: there is no such timer. */
bool pit_start(u16 ticks);

/* Wait for the end of them; false: it does not come. */
bool pit_wait(void);
