/* SPDX-License-Identifier: BSD-2-Clause */
/* From the clock's registers to seconds since 1970.  No system call: the host tests it. */
#include "rtc.h"

#define BINARY		0x04		/* register B */
#define HOURS_24	0x02
#define AFTERNOON	0x80		/* in the hour, of 12 */

static unsigned
number(uint8_t value, uint8_t status)
{
	return status & BINARY ? value : (value >> 4) * 10u + (value & 15);
}

static unsigned
hour(uint8_t value, uint8_t status)
{
	unsigned h = number(value & (uint8_t)~AFTERNOON, status);

	if (status & HOURS_24)
		return number(value, status);
	return h % 12 + (value & AFTERNOON ? 12 : 0);
}

/* Days from 1970-01-01: years begin with March, so that the leap day is a year's last. */
static uint64_t
days(unsigned year, unsigned month, unsigned day)
{
	unsigned y = month < 3 ? year - 1 : year, m = (month + 9) % 12;

	return y * 365ul + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 719468;
}

uint64_t
rtc_seconds(struct rtc_time t, uint8_t status)
{
	unsigned century = number(t.century, status), year = number(t.year, status) + (century >= 19 ? century : 20) * 100;

	return ((days(year, number(t.month, status), number(t.day, status)) * 24 + hour(t.hour, status)) * 60 + number(t.minute, status)) * 60 +
		number(t.second, status);
}
