/* SPDX-License-Identifier: BSD-2-Clause */
/* Takes all the processor's time that it can have, and tries to have more. */
#include <janus/slots.h>
#include <l4/stubs.h>
#include <l4/thread.h>

int
main(void)
{
	uint64_t more = slot_take();

	call_context_create(more, 1000000000, 1000000000);
	for (;;) {
		call_thread_priority(SLOT_OWN, 255);
		call_thread_context(SLOT_OWN, more);
	}
}
