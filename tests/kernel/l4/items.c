/* SPDX-License-Identifier: BSD-2-Clause */
/* Typed items: each kind, at every boundary of fpage and window, and each error. */
#include "partner.h"

#define A	0x100000000ul		/* what is sent */
#define B	0x200000000ul		/* where the partner has its window */
#define G	(1ul << 30)

enum { ITEM = FIRST_FREE, BADGED, OTHER, WEAK };

static void
window(uint64_t slot, uint64_t slots, uint64_t address, uint64_t size, uint64_t offset)
{
	memset(&its, 0, sizeof(its));
	its.window = (struct ipc_window){ .slot = slot, .slots = slots, .address = address, .size = size, .offset = offset };
}

static void
item(unsigned n, uint32_t kind, uint32_t rights, uint64_t from, uint64_t size, uint64_t at)
{
	MINE->out[n] = (struct ipc_item){ .kind = kind, .rights = rights, .from = from, .size = size, .at = at };
}

/* The partner, which has the window set, waits, is sent what is in MINE, and goes back if that fails. */
static unsigned
exchange(unsigned items)
{
	partner_start(CALL_IPC_RECEIVE);
	unsigned status = send(items, 0);
	if (status) {
		tap_equal(result, NONE);	/* it waits on */
		partner_stop();
	} else {
		tap_equal(result, OK);
		tap_equal(its_message.tag, IPC_TAG_OF(0, items, 0));
	}
	return status;
}

/* --- capabilities ------------------------------------------------------------------------------------------------------- */

/* What the partner has in SLOT, moved here to be looked at: its badge, if it has these rights; NOTHING otherwise. */
static uint64_t
partner_badge(uint64_t slot, unsigned rights)
{
	uint64_t badge;

	/* The partner sends it. */
	memset(&its, 0, sizeof(its));
	its.out[0] = (struct ipc_item){ .kind = ITEM_CAP_MOVE, .from = slot };
	MINE->window = (struct ipc_window){ .slot = OTHER, .slots = 1 };
	struct message m = { 0 };
	partner_start(CALL_IPC_SEND | TAG(0, 1, 0));
	if (message_ipc(CALL_IPC_RECEIVE | AT_ONCE << IPC_RECEIVE_TIME, E, &m) != OK) {
		call_yield();
		return NOTHING;
	}
	call_yield();
	if (call_cap_lookup(OTHER, KIND_ENDPOINT, rights, &badge))
		badge = NOTHING;
	call_cap_delete(OTHER);
	return badge;
}

static void
test_capabilities(void)
{
	uint64_t badge;

	tap_status(call_endpoint_create(ITEM), OK);
	window(50, 2, 0, 0, 0);
	item(0, ITEM_CAP_COPY, RIGHT_SEND | RIGHT_SHARE, ITEM, 0, 0);
	item(1, ITEM_CAP_MINT, RIGHTS_ALL, ITEM, 17, 0);
	tap_status(exchange(2), OK);
	tap_equal(its.in[0].from, 50);
	tap_equal(its.in[0].rights, RIGHT_SEND | RIGHT_SHARE);
	tap_equal(its.in[1].from, 51);
	tap_equal(its.in[1].rights, RIGHTS_ALL);
	tap_equal(partner_badge(50, RIGHT_SEND), 0);
	tap_equal(partner_badge(51, RIGHT_SEND | RIGHT_RECEIVE), 17);
	tap_equal(partner_badge(50, 0), NOTHING);

	tap_status(call_cap_copy(ITEM, SLOT_OWN, BADGED, RIGHTS_ALL), OK);
	item(0, ITEM_CAP_MOVE, 0, BADGED, 0, 0);
	window(52, 1, 0, 0, 0);
	tap_status(exchange(1), OK);
	tap_status(call_cap_lookup(BADGED, KIND_ENDPOINT, 0, &badge), ERR_NO_CAP);
	item(0, ITEM_CAP_COPY, RIGHT_SEND, ITEM, 0, 0);
	window(53, 1, 0, 0, 0);
	tap_status(exchange(1), OK);
	tap_status(call_cap_revoke(ITEM), OK);		/* what was sent was derived */
	tap_equal(partner_badge(53, 0), NOTHING);
	tap_equal(partner_badge(52, 0), NOTHING);
}

static void
test_capability_errors(void)
{
	window(60, 1, 0, 0, 0);
	item(0, ITEM_CAP_COPY, RIGHTS_ALL, 9000, 0, 0);
	tap_status(exchange(1), ERR_NO_CAP);
	item(0, ITEM_CAP_COPY, RIGHTS_ALL, 1ul << 40, 0, 0);
	tap_status(exchange(1), ERR_NO_CAP);
	item(0, ITEM_CAP_MOVE, 0, OTHER, 0, 0);
	tap_status(exchange(1), ERR_NO_CAP);
	item(0, ITEM_CAP_COPY, RIGHTS_ALL + 1, ITEM, 0, 0);
	tap_status(exchange(1), ERR_BAD_VALUE);
	tap_status(call_cap_copy(ITEM, SLOT_OWN, WEAK, RIGHT_SEND), OK);
	item(0, ITEM_CAP_COPY, RIGHTS_ALL, WEAK, 0, 0);
	tap_status(exchange(1), ERR_NO_RIGHT);
	tap_status(call_cap_mint(ITEM, SLOT_OWN, BADGED, RIGHTS_ALL, 5), OK);
	item(0, ITEM_CAP_MINT, RIGHTS_ALL, BADGED, 6, 0);
	tap_status(exchange(1), ERR_NO_RIGHT);		/* a badge stays */
	item(0, 0, RIGHTS_ALL, ITEM, 0, 0);
	tap_status(exchange(1), ERR_BAD_VALUE);
	item(0, ITEM_GRANT + 1, RIGHTS_ALL, ITEM, 0, 0);
	tap_status(exchange(1), ERR_BAD_VALUE);

	item(0, ITEM_CAP_COPY, RIGHT_SEND, ITEM, 0, 0);
	window(0, 0, 0, 0, 0);
	tap_status(exchange(1), ERR_NO_WINDOW);
	window(E, 1, 0, 0, 0);				/* taken */
	tap_status(exchange(1), ERR_NO_WINDOW);
	window(64, 1, 0, 0, 0);				/* no page of the table is there */
	tap_status(exchange(1), ERR_NO_WINDOW);
	window(-1ul, 2, 0, 0, 0);
	tap_status(exchange(1), ERR_NO_WINDOW);

	/* The first of two has come when the second fails, and the sender is told which it was. */
	item(1, ITEM_CAP_COPY, RIGHT_SEND, ITEM, 0, 0);
	window(60, 1, 0, 0, 0);
	tap_status(exchange(2), ERR_NO_WINDOW);
	tap_equal(MINE->failed, 1);
	tap_equal(partner_badge(60, RIGHT_SEND), 0);
	call_cap_delete(WEAK);
	call_cap_delete(BADGED);
}

/* As many as there may be. */
static void
test_eight(void)
{
	window(50, 8, 0, 0, 0);
	for (unsigned n = 0; n < IPC_ITEMS; n++)
		item(n, ITEM_CAP_MINT, RIGHT_SEND | RIGHT_SHARE, ITEM, 100 + n, 0);
	tap_status(exchange(8), OK);
	for (unsigned n = 0; n < IPC_ITEMS; n++)
		tap_equal(partner_badge(50 + n, RIGHT_SEND), 100 + n);
	struct message m = { 0 };
	tap_status(message_ipc(CALL_IPC_SEND | TAG(0, 9, 0), E, &m), ERR_BAD_VALUE);
}

/* --- fpages ------------------------------------------------------------------------------------------------------------- */

static void
clear(void)
{
	tap_status(call_unmap(SPACE, B & -G, 1ul << 18, 0, 1), OK);
}

/* PAGES pages at A, that say which they are. */
static void
pages_make(unsigned pages)
{
	for (unsigned i = 0; i < pages; i++)
		page_at(A + i * PAGE, 1000 + i);
}

static void
pages_end(unsigned pages)
{
	tap_status(call_unmap(SLOT_OWN, A, pages, 0, 1), OK);
}

struct offsets {
	uint64_t size, at;		/* of what is sent */
	uint64_t window, offset;
	uint64_t first, where;		/* page that comes first, and where in the window */
};

static void
test_offsets(void)
{
	static const struct offsets rows[] = {
		{ 12, 0, 12, IPC_SENDER_CHOOSES, 0, 0 },
		{ 12, 0x5000, 12, IPC_SENDER_CHOOSES, 0, 0 },			/* equal sizes: there is nothing to choose */
		{ 12, 0x3000, 14, IPC_SENDER_CHOOSES, 0, 0x3000 },		/* a place in a larger window */
		{ 12, 0x7abc, 14, IPC_SENDER_CHOOSES, 0, 0x3000 },
		{ 13, 0x3000, 14, IPC_SENDER_CHOOSES, 0, 0x2000 },
		{ 14, 0x3000, 12, IPC_SENDER_CHOOSES, 3, 0 },			/* a part of a larger fpage */
		{ 15, 0x5000, 13, IPC_SENDER_CHOOSES, 4, 0 },
		{ 12, 0x3000, 14, 0x1000, 0, 0x1000 },				/* the receiver chooses */
		{ 13, 0x0000, 14, 0x1000, 0, 0x2000 },				/* the next multiple of the size */
		{ 12, 0x3000, 20, 0xff000, 0, 0xff000 },
	};

	pages_make(8);
	for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct offsets *r = &rows[i];
		uint64_t pages = 1ul << (r->size < r->window ? r->size - 12 : r->window - 12);

		window(0, 0, B, r->window, r->offset);
		item(0, ITEM_MAP, RW, A, r->size, r->at);
		tap_status(exchange(1), OK);
		tap_equal(its.in[0].from, B + r->where);
		tap_equal(1ul << its.in[0].size, pages * PAGE);
		tap_equal(partner_word(B + r->where, true), 1000 + r->first);
		tap_equal(partner_word(B + r->where + (pages - 1) * PAGE, true), 1000 + r->first + pages - 1);
		tap_equal(partner_word(B + r->where + pages * PAGE, false), NOTHING);
		clear();
	}
	/* The whole address space is a window, too. */
	window(0, 0, 0, 47, IPC_SENDER_CHOOSES);
	item(0, ITEM_MAP, RIGHT_READ, A, 13, B + 0x4000);
	tap_status(exchange(1), OK);
	tap_equal(partner_word(B + 0x5000, false), 1001);
	tap_equal(partner_word(B + 0x5000, true), NOTHING);
	clear();
	/* And a fpage: all that is mapped comes, as far as there is room; here, at its own addresses. */
	window(0, 0, B, 14, IPC_SENDER_CHOOSES);
	item(0, ITEM_MAP, RIGHT_READ, 0, 47, A + 0x4000);
	tap_status(exchange(1), OK);
	tap_equal(partner_word(B + 0x1000, false), 1005);
	clear();
	pages_end(8);
}

static void
test_several(void)
{
	pages_make(4);
	window(0, 0, B, 14, 0);
	for (unsigned n = 0; n < 4; n++)
		item(n, ITEM_MAP, RIGHT_READ, A + n * PAGE, 12, 0);
	tap_status(exchange(4), OK);
	for (unsigned n = 0; n < 4; n++)
		tap_equal(partner_word(B + n * PAGE, false), 1000 + n);
	clear();
	item(4, ITEM_MAP, RIGHT_READ, A, 12, 0);
	tap_status(exchange(5), ERR_NO_WINDOW);			/* the window is full */
	tap_equal(MINE->failed, 4);
	tap_equal(partner_word(B + 3 * PAGE, false), 1003);	/* the others have come */
	clear();
	window(0, 0, B, 14, 0x4000);
	tap_status(exchange(1), ERR_NO_WINDOW);
	window(0, 0, B, 14, -2ul);
	tap_status(exchange(1), ERR_NO_WINDOW);
	pages_end(4);
}

static void
test_rights(void)
{
	pages_make(1);
	tap_status(call_unmap(SLOT_OWN, A, 1, RIGHT_READ, 1), OK);
	window(0, 0, B, 12, 0);
	item(0, ITEM_MAP, RWX, A, 12, 0);
	tap_status(exchange(1), OK);
	tap_equal(partner_word(B, false), 1000);
	tap_equal(partner_word(B, true), NOTHING);		/* no more than the sender has */
	clear();
	pages_end(1);
}

/* What is there already: the same page gets more rights, another one goes. */
static void
test_replace(void)
{
	pages_make(2);
	window(0, 0, B, 12, 0);
	item(0, ITEM_MAP, RIGHT_READ, A, 12, 0);
	tap_status(exchange(1), OK);
	tap_equal(partner_word(B, true), NOTHING);
	item(0, ITEM_MAP, RW, A, 12, 0);
	window(0, 0, B, 12, 0);
	tap_status(exchange(1), OK);
	tap_equal(partner_word(B, true), 1000);
	item(0, ITEM_MAP, RIGHT_READ, A, 12, 0);
	window(0, 0, B, 12, 0);
	tap_status(exchange(1), OK);
	tap_equal(partner_word(B, true), 1000);			/* mapping takes nothing away */
	item(0, ITEM_MAP, RW, A + PAGE, 12, 0);
	window(0, 0, B, 12, 0);
	tap_status(exchange(1), OK);
	tap_equal(partner_word(B, true), 1001);
	tap_status(call_unmap(SLOT_OWN, A, 2, 0, 0), OK);
	tap_equal(partner_word(B, false), NOTHING);		/* derived from it */
	pages_end(2);
}

static void
test_grant(void)
{
	pages_make(2);
	window(0, 0, B, 13, 0);
	item(0, ITEM_GRANT, RW, A, 13, 0);
	tap_status(exchange(1), OK);
	tap_equal(its.in[0].kind, ITEM_GRANT);
	tap_equal(partner_word(B, true), 1000);
	tap_equal(partner_word(B + PAGE, true), 1001);
	tap_status(call_space_map(SLOT_OWN, A + 8 * PAGE, A, 1, RIGHT_READ), OK);
	tap_status(call_unmap(SLOT_OWN, A + 8 * PAGE, 1, 0, 1), OK);	/* nothing was there any more */
	page_at(A, 5);							/* the place is free */
	item(0, ITEM_GRANT, RIGHT_READ, A, 12, 0);
	window(0, 0, B, 12, 0);
	tap_status(exchange(1), OK);
	tap_equal(partner_word(B, false), 5);
	tap_equal(partner_word(B, true), NOTHING);
	clear();

	/* A page that the partner has already, from the same source: the grant leaves that. */
	pages_make(1);
	tap_status(call_space_map(SLOT_OWN, A + PAGE, A, 1, RW), OK);
	item(0, ITEM_MAP, RW, A, 12, 0);
	window(0, 0, B, 12, 0);
	tap_status(exchange(1), OK);
	item(0, ITEM_GRANT, RW, A + PAGE, 12, 0);
	window(0, 0, B, 12, 0);
	tap_status(exchange(1), OK);
	tap_equal(partner_word(B, true), 1000);
	clear();
	pages_end(1);
	item(0, ITEM_GRANT, RW, 0, 31, 0);
	window(0, 0, 0, 31, 0);
	tap_status(exchange(1), ERR_BAD_VALUE);			/* at most 1 GiB */
}

/* 2 MiB as one page, in parts, over small ones, and small ones over it. */
static void
test_large(void)
{
	uint64_t frame = 0;

	tap_status(call_frame_take(FRAME_ANY, FRAME_2M, A, RWX, &frame), OK);
	for (unsigned i = 0; i < 512; i++)
		*(volatile uint64_t *)(A + i * PAGE) = 2000 + i;
	window(0, 0, B, 21, 0);
	item(0, ITEM_MAP, RW, A, 21, 0);
	tap_status(exchange(1), OK);
	tap_equal(partner_word(B + 511 * PAGE, true), 2511);
	item(0, ITEM_MAP, RW, A, 21, 0x5000);
	window(0, 0, B + (8ul << 21), 12, IPC_SENDER_CHOOSES);
	tap_status(exchange(1), OK);
	tap_equal(partner_word(B + (8ul << 21), true), 2005);
	item(0, ITEM_GRANT, RW, A, 21, 0x5000);
	tap_status(exchange(1), ERR_BAD_VALUE);			/* a part cannot be granted */
	page_at(A + (1ul << 21), 7);
	item(0, ITEM_MAP, RW, A + (1ul << 21), 12, 0);
	window(0, 0, B, 12, 0);
	tap_status(exchange(1), ERR_NO_WINDOW);			/* the large page reaches beyond the window */
	tap_equal(partner_word(B, true), 2000);
	window(0, 0, B, 21, 0);
	item(0, ITEM_MAP, RW, A + (1ul << 21), 12, 0);
	tap_status(exchange(1), ERR_NO_WINDOW);			/* or beyond the fpage */
	clear();
	window(0, 0, B, 21, IPC_SENDER_CHOOSES);
	item(0, ITEM_MAP, RW, A + (1ul << 21), 12, 0x3000);
	tap_status(exchange(1), OK);
	item(0, ITEM_MAP, RW, A, 21, 0);
	window(0, 0, B, 21, 0);
	tap_status(exchange(1), OK);				/* small ones make room */
	tap_equal(partner_word(B + 3 * PAGE, true), 2003);
	item(0, ITEM_GRANT, RW, A, 21, 0);
	window(0, 0, B + (1ul << 21), 21, 0);
	tap_status(exchange(1), OK);
	tap_equal(partner_word(B + (1ul << 21) + 17 * PAGE, true), 2017);
	clear();
	tap_status(call_unmap(SLOT_OWN, A + (1ul << 21), 1, 0, 1), OK);
}

static void
test_fpage_errors(void)
{
	static const struct {
		uint64_t address, size, at;
	} no_fpages[] = { { A + 8, 12, 0 }, { A + PAGE, 13, 0 }, { A, 11, 0 }, { A, 48, 0 }, { A, 0, 0 }, { 1ul << 47, 12, 0 }, { A, -1ul, 0 } };
	static const unsigned no_rights[] = { 0, RIGHT_WRITE, RIGHT_EXECUTE, 8 | RIGHT_READ, -1u };

	pages_make(1);
	for (unsigned i = 0; i < sizeof(no_fpages) / sizeof(no_fpages[0]); i++) {
		window(0, 0, B, 12, 0);
		item(0, ITEM_MAP, RW, no_fpages[i].address, no_fpages[i].size, 0);
		tap_status(exchange(1), ERR_BAD_VALUE);
		window(0, 0, no_fpages[i].address, no_fpages[i].size, 0);
		item(0, ITEM_MAP, RW, A, 12, 0);
		tap_status(exchange(1), ERR_NO_WINDOW);
	}
	for (unsigned i = 0; i < sizeof(no_rights) / sizeof(no_rights[0]); i++) {
		window(0, 0, B, 12, 0);
		item(0, ITEM_MAP, no_rights[i], A, 12, 0);
		tap_status(exchange(1), ERR_BAD_VALUE);
	}
	pages_end(1);
}

/* The receiver's pool is empty: the sender is told, and once something is donated it works. */
static void
test_empty_pool(void)
{
	unsigned status = OK, n;

	pages_make(1);
	for (n = 0; n < 100 && status == OK; n++) {
		window(0, 0, B + n * G, 12, 0);		/* tables for each */
		item(0, ITEM_MAP, RW, A, 12, 0);
		partner_start(CALL_IPC_RECEIVE);
		status = send(1, 0);
	}
	tap_status(status, ERR_PARTNER_KMEM);
	tap_equal(result, NONE);
	tap_status(call_space_donate(SPACE, 8), OK);
	tap_status(send(1, 0), OK);
	tap_equal(result, OK);
	tap_equal(partner_word(B + (n - 1) * G, true), 1000);
	pages_end(1);
}

/* A reply, and a sender that waits: the same in both directions, whoever carries. */
static void
test_waiting_sender(void)
{
	struct message m = { 0 };

	pages_make(1);
	memset(&its, 0, sizeof(its));
	its.out[0] = (struct ipc_item){ .kind = ITEM_CAP_COPY, .rights = RIGHTS_ALL, .from = E };
	MINE->window = (struct ipc_window){ 0 };
	partner_start(CALL_IPC_CALL | TAG(0, 1, 0));
	tap_status(message_ipc(CALL_IPC_RECEIVE | AT_ONCE << IPC_RECEIVE_TIME, E, &m), ERR_TIMEOUT);
	call_yield();
	tap_equal(result, ERR_NO_WINDOW);			/* whoever sent it has the error */
	memset(&its, 0, sizeof(its));
	its.out[0] = (struct ipc_item){ .kind = ITEM_CAP_COPY, .rights = RIGHTS_ALL, .from = E };
	its.window = (struct ipc_window){ .address = B, .size = 12 };
	MINE->window = (struct ipc_window){ .slot = OTHER, .slots = 1 };
	partner_start(CALL_IPC_CALL | TAG(0, 1, 0));
	tap_status(message_ipc(CALL_IPC_RECEIVE | AT_ONCE << IPC_RECEIVE_TIME, E, &m), OK);
	tap_status(call_cap_delete(OTHER), OK);
	item(0, ITEM_MAP, RW, A, 11, 0);
	tap_status(message_ipc(CALL_IPC_REPLY | TAG(0, 1, 0), 0, &m), ERR_BAD_VALUE);
	tap_status(message_ipc(CALL_IPC_REPLY_WAIT | TAG(0, 1, 0), E, &m), ERR_BAD_VALUE);
	tap_equal(result, NONE);
	item(0, ITEM_MAP, RW, A, 12, 0);
	tap_status(message_ipc(CALL_IPC_REPLY | TAG(0, 1, 0), 0, &m), OK);
	call_yield();
	tap_equal(result, OK);
	tap_equal(partner_word(B, true), 1000);
	clear();
	pages_end(1);
}

/* A pager's reply: the whole space is its window, at the address where the fault was. */
static void
test_pager(void)
{
	static struct look look = { .address = B, .write = true };
	struct message m = { 0 };
	uint64_t id;

	pages_make(1);
	result = NONE;
	tap_status(call_thread_create(SPACE, PARTNER, &id), OK);
	tap_status(call_thread_pager(PARTNER, PAGER), OK);
	tap_status(call_thread_start(PARTNER, (uintptr_t)partner_looks, (uintptr_t)partner_stack + WORKER_STACK - 8, (uintptr_t)&look), OK);
	tap_status(message_ipc(CALL_IPC_RECEIVE, PAGER, &m), OK);
	tap_equal(m.word[0], B);
	memset(&m, 0, sizeof(m));
	item(0, ITEM_MAP, RW, A, 12, B);
	item(1, ITEM_CAP_COPY, RIGHTS_ALL, E, 0, 0);
	tap_status(message_ipc(CALL_IPC_REPLY | TAG(0, 2, 0), 0, &m), ERR_NO_WINDOW);	/* it has opened none for capabilities */
	tap_status(message_ipc(CALL_IPC_REPLY | TAG(0, 1, 0), 0, &m), OK);
	call_yield();
	tap_equal(result, OK);
	tap_equal(its_message.word[0], 1000);
	clear();
	pages_end(1);
}

int
main(void)
{
	partner_space(16);
	tap_status(call_thread_utcb(SLOT_OWN, (uintptr_t)MINE), OK);
	test_capabilities();
	test_capability_errors();
	test_eight();
	test_offsets();
	test_several();
	test_rights();
	test_replace();
	test_grant();
	test_large();
	test_fpage_errors();
	test_waiting_sender();
	test_pager();
	test_empty_pool();
	tap_done();
}
