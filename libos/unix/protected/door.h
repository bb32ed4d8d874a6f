/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The door between a program's environment and the server: a page that both write.  The program's side puts its registers there, says why, and yields to the server,
 * which puts back what the program goes on with, and yields to it.  The server believes nothing that is here but for the program itself.
 */
#pragma once

#define DOOR_COMES	160		/* why the program came: COME_* */
#define DOOR_GOES	164		/* the server's answer: GO_*; 0: there is none yet, and whoever yielded here was not the server */
#define DOOR_VECTOR	168		/* of a fault or an exception */
#define DOOR_ERROR	176
#define DOOR_ADDRESS	184
#define DOOR_CALLS	256		/* the calls of the kernel with which an environment begins */
#define DOOR_BEGINNING	5		/* of them */
#define DOOR_FLOATING	1024		/* floating-point registers, where they are asked for or given */

#define COME_CALL	1
#define COME_FAULT	2
#define COME_EXCEPTION	3
#define COME_END	4		/* its slice is over */
#define COME_FLOATING	5		/* they are here now */

#define GO_ON		1
#define GO_KEEP		2		/* floating-point registers are to come here, and nothing else */
#define GO_FLOATING	4		/* they are here */
#define GO_BASIC	8		/* there is no xsave */

#ifndef __ASSEMBLER__
#include <exo/batch.h>
#include <unix/host.h>

struct door {
	struct registers registers;
	uint32_t comes, goes;
	uint64_t vector, error, address;
	char unused[64];
	struct batch_call call[DOOR_BEGINNING];
	_Alignas(DOOR_FLOATING) unsigned char floating[UNIX_PAGE - DOOR_FLOATING];
};
_Static_assert(sizeof(struct door) == UNIX_PAGE && offsetof(struct door, comes) == DOOR_COMES && offsetof(struct door, goes) == DOOR_GOES, "door");
_Static_assert(offsetof(struct door, vector) == DOOR_VECTOR && offsetof(struct door, error) == DOOR_ERROR && offsetof(struct door, address) == DOOR_ADDRESS, "door");
_Static_assert(offsetof(struct door, call) == DOOR_CALLS && offsetof(struct door, floating) == DOOR_FLOATING, "door");

/* The program's side, in the server's image: one page of code, which programs' environments have at UNIX_STUB. */
extern char stub_begin[], stub_call[], stub_fault[], stub_exception[], stub_event[];
extern char stub_back[], stub_back_end[], stub_event_back[], stub_event_back_end[];

static inline uint64_t stub_at(const char *label) { return UNIX_STUB + (uint64_t)(label - stub_begin); }

/* To the environment of that name, without anything of the server's in the registers, until somebody yields to the server or the slice is over. */
enum status door_enter(uint64_t name);
#endif
