/* SPDX-License-Identifier: BSD-2-Clause */
/* What a message can fail with, by each operation that sends: to a partner that has a window without memory for it, and a buffer that is not there. */
#include "l4_world.h"

enum { POOR = 50, PARTNER, MEETING, NO_SHARE };

#define NOWHERE		(EXTRA + (1ul << 40))	/* no table is there */
#define ITEM_TAG	((uint64_t)IPC_TAG_OF(0, 1, 0) << IPC_TAG)
#define STRING_TAG	((uint64_t)IPC_TAG_OF(0, 0, 1) << IPC_TAG)
#define LONG_TAG	((uint64_t)IPC_TAG_OF(IPC_UTCB_WORDS + 1, 0, 0) << IPC_TAG)	/* more words than there are */

static struct area poor __attribute__((aligned(4096)));
static struct utcb *const mine = (struct utcb *)UTCB;

/* The operation is in worker.current, the slot of the endpoint the same as here. */
static void
waits_poorly(unsigned long where)
{
	struct area *a = (struct area *)where;
	struct utcb *u = (struct utcb *)UTCB;
	struct message m = { 0 };

	u->window = (struct ipc_window){ .slot = FREE, .slots = 1, .address = NOWHERE, .size = 12 };
	u->buffer[0] = (struct ipc_string){ NOWHERE, 100 };
	for (;;)
		message_ipc(a->worker.current, E, &m);
}

static void
empty_pool(void)
{
	enum status status = OK;

	for (unsigned long i = 1; status == OK; i++)
		status = call_space_map(POOR, NOWHERE + (i << 30), (uintptr_t)&poor, 1, RIGHT_READ);
}

static void
partner_make(uint64_t operation)
{
	poor.worker.current = operation;
	must("space_make", space_make(POOR, &poor));
	must("cap_copy", call_cap_copy(MEETING, POOR, E, RIGHTS_ALL));
	thread_make(POOR, PARTNER, waits_poorly, &poor, 100, UTCB);
	ipc_signal(CALL_IPC_RECEIVE | (uint64_t)NAP << IPC_RECEIVE_TIME, SLEEP);
	empty_pool();
}

static void
fails(uint64_t operation, uint64_t tag)
{
	struct message m = { 0 };

	random_note(operation, message_ipc(operation | tag | (uint64_t)IPC_AT_ONCE << IPC_SEND_TIME, MEETING, &m));
}

static void
item(enum ipc_item_kind kind, uint64_t from)
{
	mine->out[0] = (struct ipc_item){ .kind = kind, .rights = RIGHT_READ, .from = from, .size = 12 };
}

static void
fails_in_each_way(uint64_t operation)
{
	fails(operation, LONG_TAG);
	item(ITEM_CAP_COPY, COUNTED_LIMIT);
	fails(operation, ITEM_TAG);
	item(ITEM_CAP_COPY, NO_SHARE);
	fails(operation, ITEM_TAG);
	item(ITEM_MAP, (uintptr_t)&poor);
	fails(operation, ITEM_TAG);
	mine->string[0] = (struct ipc_string){ USER_END, 10 };
	fails(operation, STRING_TAG);
	mine->string[0] = (struct ipc_string){ (uintptr_t)&poor, 10 };
	fails(operation, STRING_TAG);
	mine->transfer_time = IPC_AT_ONCE;
	fails(operation, STRING_TAG);
	mine->transfer_time = IPC_NEVER;
}

void
messages(void)
{
	struct message m = { 0 };

	must("thread_utcb", call_thread_utcb(SLOT_OWN, UTCB));
	must("endpoint_create", call_endpoint_create(MEETING));
	must("cap_copy", call_cap_copy(MEETING, SLOT_OWN, NO_SHARE, RIGHT_SEND));
	note(IPC_RECEIVE, message_ipc(CALL_IPC_RECEIVE | (uint64_t)IPC_AT_ONCE << IPC_RECEIVE_TIME, NO_SHARE, &m));
	partner_make(CALL_IPC_RECEIVE);
	note(SPACE_DONATE_PAGE, call_space_donate_page(POOR, UTCB));
	fails_in_each_way(CALL_IPC_SEND);
	fails_in_each_way(CALL_IPC_CALL);
	must("object_destroy", call_object_destroy(POOR));
	partner_make(CALL_IPC_CALL);
	must("ipc_receive", message_ipc(CALL_IPC_RECEIVE, MEETING, &m));
	fails_in_each_way(CALL_IPC_REPLY);
	fails_in_each_way(CALL_IPC_REPLY_WAIT);
	must("object_destroy", call_object_destroy(POOR));
	must("object_destroy", call_object_destroy(MEETING));
	must("unmap", call_unmap(SLOT_OWN, UTCB, 1, 0, 1));
}
