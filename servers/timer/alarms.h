/* SPDX-License-Identifier: BSD-2-Clause */
/* Alarms: one a client.  No system call: the host tests it. */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#define ALARMS		32
#define ALARM_OFF	(-1)
#define ALARM_NONE	(~0ul)
#define MARGIN		128		/* ticks of the device that setting it takes at most */

struct alarms {
	uint64_t client[ALARMS];	/* badges; 0: free */
	uint64_t due[ALARMS];		/* ALARM_NONE: off */
};

/* CLIENT's alarm is due AFTER nanoseconds from NOW, in a far future when that is beyond all numbers.  Its index; ALARM_OFF: too many clients. */
int alarms_set(struct alarms *a, uint64_t client, uint64_t now, uint64_t after);

bool alarms_cancel(struct alarms *a, uint64_t client);

/* One that is due at NOW, and is off from then on; ALARM_OFF: none. */
int alarms_due(struct alarms *a, uint64_t now);

/* When the first is due; ALARM_NONE. */
uint64_t alarms_first(const struct alarms *a);
