/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls into another environment, made of two protected control transfers (docs/exo/transfer.md).  A server has one function, which runs on its
 * client's time; a program can be server and client.
 *
 *	              lrpc                                    trusted
 *	client        keeps what it wants back in its own     expects its server to come back with every register that a C function
 *	              memory, and takes an answer from its    keeps, its stack pointer among them, and takes whoever enters it
 *	              server alone                            for its server
 *	server        clears what its function left in the    leaves it
 *	              registers
 *
 * An environment has one entry, so it uses one of the two.  Segment bases and floating-point state pass untouched: a server's function has its
 * client's thread block behind %fs, which is an address of the client's, and uses nothing that is in it (errno, malloc's errno).
 */
#pragma once

#include <stdint.h>
#include <janus/status.h>

struct lrpc {
	uint64_t word[3];
};

/* What a server does with the message of CLIENT, whom the kernel vouches for; the words become the answer. */
typedef void lrpc_service(uint64_t client, struct lrpc *m);

/* Agree to be entered, for answers and, with a SERVICE, for requests; the caller's own name. */
enum status lrpc_begin(lrpc_service *service, uint64_t *name);

/* Be a server and nothing else: returns when nobody can enter the caller. */
enum status lrpc_serve(void);

/*
 * Send M to SERVER and wait for its answer, in M.  ERR_NOT_FOUND, ERR_WRONG_STATE: it is not there, or at work for somebody else; ERR_CANCELLED: it
 * died, or was destroyed, meanwhile.  M is then as it was.
 */
enum status lrpc_call(uint64_t server, struct lrpc *m);

/*
 * The same among environments that trust each other: one word each way.  A server that dies in the middle takes its client along, whose registers
 * it had.
 */
typedef uint64_t trusted_service(uint64_t word);
enum status trusted_begin(trusted_service *service, uint64_t *name);
enum status trusted_call(uint64_t server, uint64_t *word);
