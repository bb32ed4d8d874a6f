/* SPDX-License-Identifier: BSD-2-Clause */
/* Until core/map.c is there. */
#include "core/cpu.h"
#include "core/map.h"

enum status
map_list_clear(struct map_link **anchor)
{
	while (*anchor) {
		*anchor = (*anchor)->next;
		if (preempt_point())
			return STATUS_RESTART;
	}
	return OK;
}
