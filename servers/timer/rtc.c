/* SPDX-License-Identifier: BSD-2-Clause */
/* Reading the real-time clock: twice, until both readings agree, so that none is in the middle of a change. */
#include <string.h>
#include <l4/stubs.h>
#include "rtc.h"

#define INDEX		0x70
#define DATA		0x71
#define REGISTER_B	0x0b
#define ATTEMPTS	16

static uint8_t
read_register(uint64_t slot, uint8_t index)
{
	uint64_t value = 0;

	call_port_out(slot, INDEX, 1, index);
	call_port_in(slot, DATA, 1, &value);
	return (uint8_t)value;
}

static struct rtc_time
read_time(uint64_t slot)
{
	static const uint8_t index[] = { 0x00, 0x02, 0x04, 0x07, 0x08, 0x09, 0x32 };
	uint8_t value[sizeof(index)];
	struct rtc_time t;

	for (unsigned i = 0; i < sizeof(index); i++)
		value[i] = read_register(slot, index[i]);
	memcpy(&t, value, sizeof(t));
	return t;
}
_Static_assert(sizeof(struct rtc_time) == 7, "a byte a register");

bool
rtc_read(uint64_t slot, uint64_t *seconds)
{
	struct rtc_time first = read_time(slot);

	for (int i = 0; i < ATTEMPTS; i++) {
		struct rtc_time again = read_time(slot);
		if (!memcmp(&first, &again, sizeof(first))) {
			*seconds = rtc_seconds(first, read_register(slot, REGISTER_B));
			return true;
		}
		first = again;
	}
	return false;
}
