/* SPDX-License-Identifier: BSD-2-Clause */
/* The local APIC of this CPU: timer, acknowledgement, what is pending. */
#pragma once

#include "core/types.h"

void lapic_init(void);
u32 lapic_id(void);

/* The interrupt being served is done. */
void lapic_acknowledge(void);

/* The timer counts COUNT down, once, and interrupts at VECTOR_TIMER; 0 stops it.  In its own ticks. */
void lapic_timer_start(u32 count);
u32 lapic_timer_left(void);

/* With TSC_DEADLINE the timer compares the time-stamp counter with a register instead: see clock.c. */
void lapic_timer_mode(bool tsc_deadline);
