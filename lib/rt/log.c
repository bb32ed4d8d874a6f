/* SPDX-License-Identifier: BSD-2-Clause */
/* The kernel's console. */
#include <janus/rt.h>
#include <janus/stubs.h>

#define PIECE		240	/* bytes that one call takes */

void
log_write(const char *text, size_t bytes)
{
	while (bytes) {
		size_t piece = bytes < PIECE ? bytes : PIECE;
		if (call_log_write((uint64_t)text, piece))
			return;
		text += piece;
		bytes -= piece;
	}
}
