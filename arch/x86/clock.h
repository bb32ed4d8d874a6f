/* SPDX-License-Identifier: BSD-2-Clause */
/* Time: the time-stamp counter's frequency, and the one-shot timer in its ticks. */
#pragma once

/* After lapic_init.  Takes CLOCK_CALIBRATION_US when no CPUID leaf tells the frequency. */
#define CLOCK_CALIBRATION_US	2000
void clock_init(void);
