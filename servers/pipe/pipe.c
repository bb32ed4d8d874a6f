/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A pipe between two programs that need not trust each other: what is written is copied in, what is read is copied out.  The server never waits for either side:
 * a full pipe takes less, an empty one says so, and the reader's bell rings when that changes.
 */
#include <string.h>
#include <janus/slots.h>
#include <l4/stubs.h>
#include <l4/thread.h>
#include <servers/pipe_serve.h>
#include "pipe.h"

static char content[PIPE_BYTES];
static uint64_t filled;			/* bytes in it, from its beginning on */
static uint64_t bell;
static char request[PIPE_BYTES];

enum status
serve_pipe_write(const struct message *m, const void *text, uint64_t text_bytes, uint64_t *taken)
{
	uint64_t room = PIPE_BYTES - filled;

	*taken = text_bytes < room ? text_bytes : room;
	memcpy(content + filled, text, *taken);
	filled += *taken;
	if (*taken && bell)
		call_notification_signal(bell, 1);
	return OK;
}

/* All of it at once: it is sent from where it lies, before anybody can write again. */
enum status
serve_pipe_read(const struct message *m, struct rpc_data *text)
{
	*text = (struct rpc_data){ content, filled };
	filled = 0;
	return text->bytes ? OK : ERR_NOT_FOUND;
}

enum status
serve_pipe_listen(const struct message *m, uint64_t from)
{
	if (!bell)
		bell = slot_take();
	call_cap_delete(bell);
	return call_cap_move(from, SLOT_OWN, bell) ? ERR_NO_CAP : OK;
}

void
pipe_run(uint64_t endpoint)
{
	server_run(&(struct server){
		.endpoint = endpoint, .serve = pipe_serve, .version = 1, .slot = slot_take(), .buffer = request, .buffer_bytes = sizeof(request) });
}
