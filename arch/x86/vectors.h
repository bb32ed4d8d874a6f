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

#define VECTOR_EXCEPTIONS	0x00
#define VECTOR_PIC		0x20
#define VECTOR_LINE		0x30
#define VECTOR_TIMER		0xf0
#define VECTOR_SPURIOUS		0xff

#define VECTOR_LINES		(VECTOR_TIMER - VECTOR_LINE)	/* how many interrupt lines can have one */
