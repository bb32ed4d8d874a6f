/* SPDX-License-Identifier: BSD-2-Clause */
/* For tests of calls: what a call gave, as a line. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

__attribute__((unused)) static void
say(const char *what, long result)
{
	if (result < 0)
		printf("%s: %s\n", what, strerror(errno));
	else
		printf("%s: %ld\n", what, result);
	fflush(stdout);
}
