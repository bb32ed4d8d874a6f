/* SPDX-License-Identifier: BSD-2-Clause */
/* Texts of results, from the kernel's own table. */
#include <janus/rt.h>
#include "core/status.h"

const char *
status_string(unsigned status)
{
	return status_name((enum status)status);
}
