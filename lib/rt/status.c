/* SPDX-License-Identifier: BSD-2-Clause */
/* Texts of results, from the table that the kernel has, too. */
#include <janus/rt.h>

const char *
status_string(unsigned status)
{
	return status_name((enum status)status);
}
