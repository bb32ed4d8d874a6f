/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Stubs and dispatcher of an interface, made from test_interfaces.py's table, around the real lib/rt/l4/rpc.c: the IPC between them is a function that
 * moves typed items and strings as the kernel does.
 */
#include <assert.h>
#include <string.h>
#include <l4/rpc.h>
#include <l4/thread.h>
#include <servers/sample.h>
#include <servers/sample_serve.h>

static struct utcb utcb;
static char buffer[64];
static uint16_t request_tag;
static enum status ipc_status;
static unsigned calls;

struct utcb *thread_utcb(void) { return &utcb; }
const void *server_data(void) { return buffer; }

/* What is sent comes: items into the window, the string into BUFFER or the client's. */
static void
move(uint16_t tag, void *room, uint64_t bytes)
{
	for (unsigned i = 0; i < (tag >> IPC_TAG_ITEMS & 0xf); i++) {
		utcb.in[i] = utcb.out[i];
		utcb.in[i].from = utcb.out[i].kind >= ITEM_MAP ? 0x5000 : 77;
	}
	if (tag >> IPC_TAG_STRINGS & 7) {
		utcb.received[0] = utcb.string[0].bytes < bytes ? utcb.string[0].bytes : bytes;
		memcpy(room, (void *)utcb.string[0].address, utcb.received[0]);
	}
}

enum status
message_ipc(uint64_t operation, uint64_t slot, struct message *m)
{
	calls++;
	if (ipc_status)
		return ipc_status;
	assert((uint16_t)operation == CALL_IPC_CALL && slot == 5);
	request_tag = m->tag = operation >> IPC_TAG;
	struct ipc_string room = utcb.buffer[0];
	move(m->tag, buffer, sizeof(buffer));
	m->badge = 9;
	enum status status = sample_serve(m);
	if (status)
		m->tag = 0;
	m->word[0] = status;
	move(m->tag, (void *)room.address, room.bytes);
	return OK;
}

/* --- bodies ---------------------------------------------------------------------------------------------------------- */

enum status
serve_sample_plus(const struct message *m, uint64_t a, uint64_t b, uint64_t *sum)
{
	assert(m->badge == 9);
	*sum = a + b;
	return a > 1000 ? ERR_LIMIT : OK;
}

enum status
serve_sample_ten(const struct message *m, uint64_t a, uint64_t b, uint64_t c, uint64_t d, uint64_t e, uint64_t f, uint64_t g, uint64_t h,
		 uint64_t i, uint64_t j)
{
	return a == 1 && b == 2 && c == 3 && d == 4 && e == 5 && f == 6 && g == 7 && h == 8 && i == 9 && j == 10 ? OK : ERR_BAD_VALUE;
}

enum status
serve_sample_greet(const struct message *m, const char who[RPC_NAME], uint64_t times, char back[RPC_NAME], uint64_t *length)
{
	*length = strlen(who) * times;
	strcpy(back, who);
	back[0] = 'X';
	return OK;
}

enum status
serve_sample_give(const struct message *m, uint64_t thing, const void *text, uint64_t text_bytes, struct rpc_cap *other,
		  struct rpc_data *more)
{
	assert(thing == 77 && text_bytes == 3 && !memcmp(text, "abc", 3));
	*other = (struct rpc_cap){ .slot = 4, .rights = 3, .move = true };
	*more = (struct rpc_data){ "defg", 4 };
	return OK;
}

enum status
serve_sample_see(const struct message *m, struct rpc_page window, struct rpc_page *here)
{
	assert(window.address == 0x5000 && window.size == 13 && window.rights == 1);
	*here = (struct rpc_page){ .address = 0x9000, .size = 12, .rights = 1, .grant = true };
	return OK;
}

/* --- tests ------------------------------------------------------------------------------------------------------------ */

static void
words(void)
{
	uint64_t sum = 1, length;
	char back[RPC_NAME];

	assert(sample_plus(5, 2, 3, &sum) == OK && sum == 5 && request_tag == 0);
	assert(sample_plus(5, 2000, 3, &sum) == ERR_LIMIT && sum == 5);
	assert(sample_ten(5, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10) == OK);
	assert(sample_greet(5, "someone", 3, back, &length) == OK && !strcmp(back, "Xomeone") && length == 21);
	assert(sample_greet(5, "0123456789012345678901234567890", 1, back, &length) == OK && length == 31);
	calls = 0;
	assert(sample_greet(5, "01234567890123456789012345678901", 1, back, &length) == ERR_BAD_VALUE && calls == 0);
	ipc_status = ERR_CANCELLED;
	assert(sample_plus(5, 1, 1, &sum) == ERR_CANCELLED && sum == 5);
	ipc_status = OK;
}

static void
items(void)
{
	struct rpc_page here = { .address = 0x7000, .size = 12 };
	char more[16];
	uint64_t bytes = sizeof(more);

	assert(sample_give(5, (struct rpc_cap){ .slot = 3, .rights = 1 }, "abc", 3, 8, more, &bytes) == OK);
	assert(request_tag == IPC_TAG_OF(0, 1, 1) && bytes == 4 && !memcmp(more, "defg", 4));
	assert(utcb.out[0].kind == ITEM_CAP_MOVE && utcb.out[0].from == 4 && utcb.window.slot == 8 && utcb.window.slots == 1);
	assert(sample_see(5, (struct rpc_page){ .address = 0x4000, .size = 13, .rights = 1 }, &here) == OK);
	assert(here.address == 0x5000 && here.size == 12 && utcb.window.address == 0x7000 && utcb.out[0].kind == ITEM_GRANT);
}

/* What no stub sends. */
static void
hostile(void)
{
	struct message m = { .word[0] = SAMPLE_GREET };

	assert(sample_serve(&(struct message){ .word[0] = 7 << 16 | 99 }) == ERR_NO_CALL);
	assert(sample_serve(&(struct message){ .word[0] = ~0ul }) == ERR_NO_CALL);
	memset(&m.word[1], 'a', RPC_NAME);
	assert(sample_serve(&m) == ERR_BAD_VALUE);
	assert(sample_serve(&(struct message){ .word[0] = SAMPLE_GIVE }) == ERR_NO_CAP);
	assert(sample_serve(&(struct message){ .word[0] = SAMPLE_SEE }) == ERR_BAD_ADDRESS);
	utcb.in[0].kind = ITEM_MAP;
	assert(sample_serve(&(struct message){ .word[0] = SAMPLE_GIVE, .tag = IPC_TAG_OF(0, 1, 0) }) == ERR_NO_CAP);
	utcb.in[0].kind = ITEM_CAP_COPY;
	assert(sample_serve(&(struct message){ .word[0] = SAMPLE_SEE, .tag = IPC_TAG_OF(0, 1, 0) }) == ERR_BAD_ADDRESS);
}

int
main(void)
{
	words();
	items();
	hostile();
	return 0;
}
