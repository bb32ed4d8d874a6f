/* SPDX-License-Identifier: BSD-2-Clause */
/* From the trap path to whoever an interrupt is for. */
#pragma once

/* VECTOR (>= VECTOR_PIC) was taken: tell the timer queue, the console or core/irq.c, and acknowledge it to the local APIC. */
void interrupt_dispatch(unsigned vector);
