/* SPDX-License-Identifier: BSD-2-Clause */
/* The two 8259 interrupt controllers of the PC: silenced. */
#pragma once

#define PIC_FIRST	0x20	/* command and data port */
#define PIC_SECOND	0xa0
#define PIC_TRIGGER	0x4d0	/* level or edge, one port each */

void pic_init(void);
