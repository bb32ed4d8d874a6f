/* SPDX-License-Identifier: BSD-2-Clause */
/* Times of calls that wait: clock.h. */
#include <errno.h>
#include "clock.h"

bool
clock_span(const int64_t pair[2], uint64_t unit, uint64_t *nanoseconds)
{
	if (pair[0] < 0 || pair[1] < 0 || (uint64_t)pair[1] >= SECOND / unit)
		return false;
	bool far = (uint64_t)pair[0] >= UNIX_NEVER / SECOND;
	*nanoseconds = far ? UNIX_NEVER : (uint64_t)pair[0] * SECOND + (uint64_t)pair[1] * unit;
	return true;
}

/* select's microseconds may be more than a second's: Linux carries them. */
int
clock_deadline(struct task *t, uint64_t time, uint64_t unit, uint64_t *deadline)
{
	int64_t pair[2];
	uint64_t span;

	*deadline = UNIX_NEVER;
	if (!time)
		return 0;
	if (host_copy_in(t, pair, time, sizeof(pair)))
		return -EFAULT;
	if (unit == MICROSECOND && pair[1] >= 1000000) {
		pair[0] += pair[1] / 1000000;
		pair[1] %= 1000000;
	}
	if (!clock_span(pair, unit, &span))
		return -EINVAL;
	*deadline = clock_after(span);
	return 0;
}
