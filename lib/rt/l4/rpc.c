/* SPDX-License-Identifier: BSD-2-Clause */
/* Calls of servers, the client's side and what both have: <l4/rpc.h>. */
#include <string.h>
#include <janus/kinds.h>
#include <l4/rpc.h>
#include <l4/thread.h>

uint64_t rpc_timeouts;

enum status
rpc_call(uint64_t server, struct message *m)
{
	uint64_t operation = CALL_IPC_CALL | rpc_timeouts | (uint64_t)m->tag << IPC_TAG;
	enum status status = message_ipc(operation, server, m);

	if (status)
		return status;
	return m->word[0] < STATUS_COUNT ? (enum status)m->word[0] : ERR_BAD_VALUE;
}

/* --- names ----------------------------------------------------------------------------------------------------------- */

bool
rpc_name_put(uint64_t word[RPC_NAME / 8], const char *text)
{
	char name[RPC_NAME] = { 0 };
	size_t length = strnlen(text, RPC_NAME);

	memcpy(name, text, length < RPC_NAME ? length : 0);
	memcpy(word, name, RPC_NAME);
	return length < RPC_NAME;
}

bool
rpc_name_get(char text[RPC_NAME], const uint64_t word[RPC_NAME / 8])
{
	memcpy(text, word, RPC_NAME);
	bool terminated = memchr(text, '\0', RPC_NAME);
	text[RPC_NAME - 1] = '\0';
	return terminated;
}

/* --- typed items and strings ------------------------------------------------------------------------------------------- */

static unsigned
items(const struct message *m)
{
	return m->tag >> IPC_TAG_ITEMS & 0xf;
}

static void
item_put(struct message *m, const struct ipc_item *item)
{
	thread_utcb()->out[items(m)] = *item;
	m->tag += 1 << IPC_TAG_ITEMS;
}

void
rpc_cap_put(struct message *m, const struct rpc_cap *cap)
{
	item_put(m, &(struct ipc_item){ .kind = cap->move ? ITEM_CAP_MOVE : ITEM_CAP_COPY, .rights = cap->rights, .from = cap->slot });
}

void
rpc_page_put(struct message *m, const struct rpc_page *page)
{
	item_put(m, &(struct ipc_item){
		.kind = page->grant ? ITEM_GRANT : ITEM_MAP, .rights = page->rights, .from = page->address, .size = page->size,
		.at = page->at });
}

void
rpc_data_put(struct message *m, const void *at, uint64_t bytes)
{
	if (!bytes)
		return;
	thread_utcb()->string[0] = (struct ipc_string){ .address = (uintptr_t)at, .bytes = bytes };
	m->tag += 1 << IPC_TAG_STRINGS;
}

void
rpc_cap_want(struct message *m, uint64_t into)
{
	thread_utcb()->window.slot = into;
	thread_utcb()->window.slots = 1;
}

void
rpc_page_want(struct message *m, const struct rpc_page *window)
{
	thread_utcb()->window.address = window->address;
	thread_utcb()->window.size = window->size;
	thread_utcb()->window.offset = 0;
}

void
rpc_data_want(struct message *m, void *at, uint64_t bytes)
{
	thread_utcb()->buffer[0] = (struct ipc_string){ .address = (uintptr_t)at, .bytes = bytes };
}

static bool
is_page(const struct ipc_item *item)
{
	return item->kind == ITEM_MAP || item->kind == ITEM_GRANT;
}

uint64_t
rpc_cap_came(const struct message *m)
{
	for (unsigned i = 0; i < items(m); i++) {
		const struct ipc_item *item = &thread_utcb()->in[i];
		if (!is_page(item))
			return item->from;
	}
	return 0;
}

struct rpc_page
rpc_page_came(const struct message *m)
{
	for (unsigned i = 0; i < items(m); i++) {
		const struct ipc_item *item = &thread_utcb()->in[i];
		if (is_page(item))
			return (struct rpc_page){ .address = item->from, .size = item->size, .rights = item->rights };
	}
	return (struct rpc_page){ 0 };
}

uint64_t
rpc_data_came(const struct message *m)
{
	return m->tag >> IPC_TAG_STRINGS & 7 ? thread_utcb()->received[0] : 0;
}
