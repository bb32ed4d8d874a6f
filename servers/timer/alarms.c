/* SPDX-License-Identifier: BSD-2-Clause */
/* Alarms: see alarms.h.  An entry whose alarm is off is its client's until somebody else needs it. */
#include "alarms.h"

static int
entry_of(const struct alarms *a, uint64_t client)
{
	int off = ALARM_OFF;

	for (int i = 0; i < ALARMS; i++) {
		if (a->client[i] == client)
			return i;
		if (off == ALARM_OFF && (!a->client[i] || a->due[i] == ALARM_NONE))
			off = i;
	}
	return off;
}

int
alarms_set(struct alarms *a, uint64_t client, uint64_t now, uint64_t after)
{
	int i = entry_of(a, client);

	if (i == ALARM_OFF)
		return ALARM_OFF;
	a->client[i] = client;
	a->due[i] = after < ALARM_NONE - 1 - now ? now + after : ALARM_NONE - 1;
	return i;
}

bool
alarms_cancel(struct alarms *a, uint64_t client)
{
	int i = entry_of(a, client);

	if (i == ALARM_OFF || a->client[i] != client || a->due[i] == ALARM_NONE)
		return false;
	a->due[i] = ALARM_NONE;
	return true;
}

int
alarms_due(struct alarms *a, uint64_t now)
{
	for (int i = 0; i < ALARMS; i++) {
		if (a->client[i] && a->due[i] <= now) {
			a->due[i] = ALARM_NONE;
			return i;
		}
	}
	return ALARM_OFF;
}

uint64_t
alarms_first(const struct alarms *a)
{
	uint64_t first = ALARM_NONE;

	for (int i = 0; i < ALARMS; i++) {
		if (a->client[i] && a->due[i] < first)
			first = a->due[i];
	}
	return first;
}
