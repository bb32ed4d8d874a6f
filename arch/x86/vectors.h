/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What each interrupt vector means.  The local APIC takes them in groups of 16: a higher group is served first.
 *
 *   0x00-0x1f  exceptions
 *   0x20-0x2f  the masked PICs' spurious interrupts: ignored
 *   0x30-0xef  global system interrupt n of the IOAPICs at VECTOR_LINE + n
 *   0xf0       the local APIC's timer
 *   0xff       the local APIC's spurious interrupt: no acknowledgement
 */
#pragma once

#define VECTOR_DEBUG		0x01
#define VECTOR_NMI		0x02
#define VECTOR_BREAKPOINT	0x03
#define VECTOR_DOUBLE_FAULT	0x08
#define VECTOR_PROTECTION	0x0d
#define VECTOR_PAGE_FAULT	0x0e
#define VECTOR_MACHINE_CHECK	0x12
#define VECTOR_PIC		0x20
#define VECTOR_LINE		0x30
#define VECTOR_TIMER		0xf0
#define VECTOR_SPURIOUS		0xff

#define VECTOR_LINES		(VECTOR_TIMER - VECTOR_LINE)	/* how many interrupt lines can have one */
