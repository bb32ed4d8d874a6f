/* SPDX-License-Identifier: BSD-2-Clause */
/* A call that carries a string of BYTES to a server in another space, which answers without one; both sides' memory is in small pages. */
#pragma once

#include "l4_partner.h"
#include "l4_memory.h"

#include <l4/utcb.h>

#define CLIENT_UTCB	((struct utcb *)0x30000000)
#define SERVER_UTCB	((struct utcb *)0x30001000)
#define TAG		((uint64_t)IPC_TAG_OF(0, 0, 1) << IPC_TAG)
#define PAGES		((BYTES + PAGE - 1) / PAGE)

static void
server(void)
{
	floating_point_use();
	SERVER_UTCB->buffer[0] = (struct ipc_string){ THERE, IPC_STRING_LIMIT };
	while ((uint32_t)ipc_signal(CALL_IPC_REPLY_WAIT, PARTNER_ENDPOINT) == OK)
		;
	call_thread_exit();
}

/* COUNT pages of their own at ADDRESS. */
static inline void
pages_take(unsigned long address, unsigned long count)
{
	uint64_t frame;

	for (unsigned long i = 0; i < count; i++)
		must(call_frame_take(FRAME_ANY, FRAME_4K, address + i * PAGE, RW, &frame), "no frame is free");
}

static void
setup(void)
{
	source_make(4 * PAGES);
	partner_make(true);
	for (int i = 0; i < 8; i++)
		must(call_space_donate(PARTNER_SPACE, 16), "no frame is free");
	pages_take(HERE, PAGES);
	pages_take(THERE, PAGES);
	must(call_space_map(PARTNER_SPACE, THERE, THERE, PAGES, RW), "the server's pages cannot be mapped");
	must(call_thread_utcb(PARTNER_THREAD, (uintptr_t)SERVER_UTCB), "no UTCB");
	partner_run(server);
	must(call_thread_utcb(SLOT_OWN, (uintptr_t)CLIENT_UTCB), "no UTCB");
	CLIENT_UTCB->string[0] = (struct ipc_string){ HERE, BYTES };
}

static void
run(unsigned long count)
{
	volatile unsigned char *first = (unsigned char *)HERE, *last = (unsigned char *)HERE + BYTES - 1;

	if (BYTES)
		*first = 17, *last = 18;
	BENCH_LOOP(count)
		ipc_signal(CALL_IPC_CALL | TAG, PARTNER_ENDPOINT);
	if (BYTES && (*((volatile unsigned char *)THERE) != (BYTES == 1 ? 18 : 17) || ((volatile unsigned char *)THERE)[BYTES - 1] != 18))
		bench_fail("the string did not come");
}

const struct benchmark benchmark = { .setup = setup, .run = run, .batch = BYTES > 100000 ? 20 : 200, .repetitions = 5 };
