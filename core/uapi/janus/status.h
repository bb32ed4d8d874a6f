/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The closed set of results.  Every kernel operation and every system call returns one of
 * these; zero is success.
 */
#pragma once

enum status {
	OK = 0,
	ERR_NO_CALL,		/* no such system call in this personality */
	ERR_NO_CAP,		/* the slot is empty, out of range, or holds another kind */
	ERR_NO_RIGHT,		/* the capability lacks a right that the operation needs */
	ERR_BAD_TOKEN,		/* sealed token forged or stale (one error for both) */
	ERR_BAD_VALUE,		/* an argument is out of its range */
	ERR_BAD_ADDRESS,	/* not a user address, misaligned, or not mapped as needed */
	ERR_NO_KMEM,		/* the pool that must pay is empty: donate frames */
	ERR_NO_FRAME,		/* no frame of that name, colour or size is to be had */
	ERR_EXISTS,		/* the place is taken: slot in use, page already mapped */
	ERR_NOT_FOUND,		/* nothing there to operate on */
	ERR_WRONG_STATE,	/* the object is in a state that forbids the operation */
	ERR_LIMIT,		/* a documented limit of the object is reached */
	ERR_TIMEOUT,		/* the time given has passed */
	ERR_CANCELLED,		/* the partner, object or operation went away meanwhile */
	ERR_NO_WINDOW,		/* the partner has opened no place, or none that is large enough, for what it is sent */
	ERR_PARTNER_KMEM,	/* the partner's pool is empty: it, or who serves it, is to donate frames */
	ERR_PARTNER_FAULT,	/* the partner's memory is not there, and nobody puts it there */
	STATUS_RESTART,		/* kernel-internal: preempted, the call is to be executed again */
	STATUS_COUNT,
};

/* "ERR_NO_KMEM" and the like, for messages: in the kernel and in every program (core/status.c). */
const char *status_name(enum status status);
