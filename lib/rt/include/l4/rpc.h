/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls of servers: what the generated stubs and dispatchers (tools/abi/README.md) are made of, and a server's loop.
 *
 * Word 0 of a message is the operation, of a reply the status.  At most one capability, one fpage and one piece of data go with a message,
 * beside its words.  A call that carries words alone does not touch the UTCB.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <l4/message.h>
#include <l4/utcb.h>

#define BADGE_ROOT	1		/* of the root task's own capabilities to servers */
#define RPC_NAME	32		/* bytes of a name, its terminator included */

/* A capability that a server gives: it keeps its own, or, with move, it does not. */
struct rpc_cap {
	uint64_t slot;
	uint32_t rights;
	bool move;
};

/* Pages that are given or received, or the window for them; size is the logarithm of their bytes. */
struct rpc_page {
	uint64_t address, size;
	uint64_t at;			/* sent: where in the window, if the receiver leaves it to the sender; of a server's window: from where on */
	uint32_t rights;
	bool grant;
};

/* Bytes that a server gives: they stay as they are until its next message. */
struct rpc_data {
	const void *at;
	uint64_t bytes;
};

/* --- a client's side: for the stubs ------------------------------------------------------------------------------------- */

/*
 * Timeouts of this program's calls, as an operation has them above its number (<l4/ipc.h>).  0, which is what they are at first: a call takes as
 * long as its server does.
 */
extern uint64_t rpc_timeouts;

/* M to SERVER, and its answer: the status of the IPC, or that of the server. */
enum status rpc_call(uint64_t server, struct message *m);

/* 32 bytes in 4 words.  False: TEXT is longer, or what came is not terminated. */
bool rpc_name_put(uint64_t word[RPC_NAME / 8], const char *text);
bool rpc_name_get(char text[RPC_NAME], const uint64_t word[RPC_NAME / 8]);

void rpc_cap_want(struct message *m, uint64_t into);
void rpc_page_want(struct message *m, const struct rpc_page *window);
void rpc_data_want(struct message *m, void *at, uint64_t bytes);

/* --- both sides -------------------------------------------------------------------------------------------------------------- */

void rpc_cap_put(struct message *m, const struct rpc_cap *cap);
void rpc_page_put(struct message *m, const struct rpc_page *page);
void rpc_data_put(struct message *m, const void *at, uint64_t bytes);

/* Whether a capability came; the slot that it is in, 0: none. */
uint64_t rpc_cap_came(const struct message *m);

/* The pages that came; size 0: none. */
struct rpc_page rpc_page_came(const struct message *m);

/* Bytes that came, at the beginning of what was made ready for them. */
uint64_t rpc_data_came(const struct message *m);

/* --- a server's side ----------------------------------------------------------------------------------------------------------- */

/*
 * A server: its endpoint, and what it takes beside words.  What a request brought and its operation did not take away is gone when the
 * reply is sent, so that nobody fills a server up.
 */
struct server {
	uint64_t endpoint;
	enum status (*serve)(struct message *m);	/* a request; its status is the reply's word 0 */
	bool (*event)(struct message *m);		/* a message of another kind (<l4/ipc.h>); whether M is the reply to it. NULL: ignored */
	unsigned version;		/* of the server: the interface control, which the loop serves itself, tells it */
	uint64_t slot;			/* an empty slot for a capability; 0: takes none */
	struct rpc_page window;		/* for an fpage, its part from `at' on; size 0: takes none */
	void *buffer;			/* for data */
	uint64_t buffer_bytes;
};

/*
 * Serve until the endpoint is gone or the root task says stop.  Nothing that a client does makes the loop wait: a reply waits for nobody, and a
 * string whose sender or receiver has not the memory there within SERVER_TRANSFER is given up.
 */
void server_run(const struct server *server);

#define SERVER_TRANSFER	IPC_TICKS(1000, 13)	/* 8 million ticks */

/* The body of an operation changed what SERVER takes, kept what came there, or called another server, which used the same windows. */
void server_reopen(const struct server *server);

/* Where data that came with the request is. */
const void *server_data(void);
