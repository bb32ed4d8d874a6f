/* SPDX-License-Identifier: BSD-2-Clause */
/* Channel 2 of the 8254, whose output can be read in the speaker's port. */
#include "arch/x86/instructions.h"
#include "arch/x86/pit.h"

enum {
	CHANNEL2 = 0x42,
	COMMAND = 0x43,
	SPEAKER = 0x61,

	CHANNEL2_ONCE = 0xb0,		/* channel 2, low then high byte, mode 0: output rises at the end */
	GATE = 0x01,
	SOUND = 0x02,
	OUTPUT = 0x20,
	POLLS = 50000000,		/* more than a CPU makes in 50 ms */
};

/* A port that nothing answers reads as all ones, gate included. */
bool
pit_start(u16 ticks)
{
	u8 closed = in8(SPEAKER) & ~(GATE | SOUND);

	out8(SPEAKER, closed);
	if (in8(SPEAKER) & GATE)
		return false;
	out8(COMMAND, CHANNEL2_ONCE);
	out8(CHANNEL2, ticks & 0xff);
	out8(CHANNEL2, ticks >> 8);
	out8(SPEAKER, closed | GATE);
	return true;
}

bool
pit_wait(void)
{
	for (u32 polls = 0; polls < POLLS; polls++)
		if (in8(SPEAKER) & OUTPUT)
			return true;
	return false;
}
