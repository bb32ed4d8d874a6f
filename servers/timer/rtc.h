/* SPDX-License-Identifier: BSD-2-Clause */
/* The real-time clock. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

struct rtc_time {
	uint8_t second, minute, hour, day, month, year, century;
};

/* Seconds since 1970 of a time as the device has it, in BCD or binary, 12 or 24 hours as STATUS (its register B) says. */
uint64_t rtc_seconds(struct rtc_time t, uint8_t status);

/* The same, read by the ports capability in SLOT.  False: the device does not answer twice the same. */
bool rtc_read(uint64_t slot, uint64_t *seconds);
