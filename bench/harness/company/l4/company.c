/* SPDX-License-Identifier: BSD-2-Clause */
/* A hundred threads that wait for messages that do not come. */
#include "company.h"

#include <janus/rt.h>
#include <janus/slots.h>
#include <janus/status.h>
#include <l4/message.h>
#include <l4/stubs.h>

#define COMPANIONS	100
#define ENDPOINT	64
#define FIRST_SLOT	65
#define STACK_BYTES	1024

static void
companion(void)
{
	floating_point_use();
	for (;;)
		ipc_signal(CALL_IPC_RECEIVE, ENDPOINT);
}

static enum status
companion_create(uint64_t slot)
{
	uint64_t id;

	return call_thread_create(SLOT_OWN, slot, &id);
}

#include "../threads.h"

void
company_start(void)
{
	if (call_cap_grow(SLOT_OWN, ENDPOINT) != OK || call_cap_grow(SLOT_OWN, FIRST_SLOT + COMPANIONS) != OK ||
	    call_endpoint_create(ENDPOINT) != OK)
		bench_fail("there is no endpoint to wait at");
	companions_start();
}
