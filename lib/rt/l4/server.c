/* SPDX-License-Identifier: BSD-2-Clause */
/* A server's loop: <l4/rpc.h>. */
#include <string.h>
#include <janus/slots.h>
#include <l4/rpc.h>
#include <l4/stubs.h>
#include <l4/thread.h>
#include <servers/control_serve.h>

#define PAGE_BITS	12

static __thread const struct server *current;
static __thread bool stopping;

/* What the server is ready to take with the next request. */
void
server_reopen(const struct server *s)
{
	struct utcb *utcb = thread_utcb();

	current = s;
	utcb->transfer_time = SERVER_TRANSFER;
	utcb->window = (struct ipc_window){
		.slot = s->slot, .slots = s->slot != 0, .address = s->window.address, .size = s->window.size,
		.offset = s->window.at };
	utcb->buffer[0] = (struct ipc_string){ .address = (uintptr_t)s->buffer, .bytes = s->buffer_bytes };
}

/* What of the items that came was not kept: a page is by moving on what of the window is open. */
static void
items_drop(const struct server *s, struct rpc_page page)
{
	if (s->slot)
		call_cap_delete(s->slot);
	if (page.size && page.address >= s->window.address + s->window.at)
		call_unmap(SLOT_OWN, page.address, 1ul << (page.size - PAGE_BITS), 0, true);
}

/* The request in M becomes its reply. */
static void
answer(const struct server *s, struct message *m)
{
	bool came = m->tag >> IPC_TAG_ITEMS & 0xf;
	struct rpc_page page = rpc_page_came(m);
	enum status status = s->serve(m);

	if (status == ERR_NO_CALL)
		status = control_serve(m);
	if (came)
		items_drop(s, page);
	if (status) {
		memset(m->word, 0, sizeof(m->word));
		m->tag = 0;
	}
	m->word[0] = status;
}

void
server_run(const struct server *s)
{
	uint64_t operation = CALL_IPC_RECEIVE;
	struct message m = { 0 };

	server_reopen(s);
	for (stopping = false; !stopping;) {
		enum status status = message_ipc(operation | (uint64_t)m.tag << IPC_TAG, s->endpoint, &m);
		if (status == ERR_NO_CAP || status == ERR_NO_RIGHT)
			return;
		operation = CALL_IPC_REPLY_WAIT;
		if (status)
			operation = CALL_IPC_RECEIVE, m.tag = 0;
		else if (!m.kind)
			answer(s, &m);
		else if (!s->event || !s->event(&m))
			operation = CALL_IPC_RECEIVE, m.tag = 0;
	}
	message_ipc(CALL_IPC_REPLY | (uint64_t)m.tag << IPC_TAG, 0, &m);
}

enum status
serve_control_version(const struct message *m, uint64_t *version)
{
	*version = current->version;
	return OK;
}

enum status
serve_control_stop(const struct message *m)
{
	if (m->badge != BADGE_ROOT)
		return ERR_NO_RIGHT;
	stopping = true;
	return OK;
}

const void *
server_data(void)
{
	return current->buffer;
}
