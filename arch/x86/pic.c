/* SPDX-License-Identifier: BSD-2-Clause */
/* The PICs are masked, and their vectors moved away from the exceptions': a spurious interrupt comes through the mask. */
#include "arch/x86/instructions.h"
#include "arch/x86/pic.h"
#include "arch/x86/vectors.h"

static void
pic_setup(u16 port, u8 vector, u8 cascade)
{
	out8(port, 0x11);		/* initialise, edge, cascaded, four words */
	out8(port + 1, vector);
	out8(port + 1, cascade);
	out8(port + 1, 0x01);		/* 8086 mode */
	out8(port + 1, 0xff);		/* all masked */
}

void
pic_init(void)
{
	pic_setup(PIC_FIRST, VECTOR_PIC, 1 << 2);
	pic_setup(PIC_SECOND, VECTOR_PIC + 8, 2);
}
