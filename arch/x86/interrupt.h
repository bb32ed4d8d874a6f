/* SPDX-License-Identifier: BSD-2-Clause */
/* From the trap path to whoever an interrupt is for. */
#pragma once

/* VECTOR (>= VECTOR_PIC) was taken: tell the timer queue, the console or core/irq.c, and acknowledge it to the local APIC. */
void interrupt_dispatch(unsigned vector);

/* From timer_entry: acknowledged, and true when nothing is due; else this is to be done, with all registers saved. */
bool timer_tick(void);
void timer_work(void);
