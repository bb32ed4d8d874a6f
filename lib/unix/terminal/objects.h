/* SPDX-License-Identifier: BSD-2-Clause */
/* Pipes, sockets, terminals; for this folder, and arena.c, which makes them. */
#pragma once

#include <stdint.h>
#include <unix/terminal.h>
#include <unix/wait.h>

struct pipe {
	uint32_t readers, writers;
	struct wait_queue readable, writable;
};

struct socket {
	struct socket *peer;
};

struct terminal {
	int32_t session, group;		/* in the foreground */
};
