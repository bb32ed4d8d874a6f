/* SPDX-License-Identifier: BSD-2-Clause */
/* Pipes, sockets, terminals, events; for this folder, and arena.c, which makes them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <unix/file.h>
#include <unix/terminal.h>
#include <unix/wait.h>

/* --- bytes on their way (ring.h) -------------------------------------------------------------------------------------------------- */

#define RING_OWN 16

struct ring {
	uint32_t head, fill;		/* the place of the first byte; how many there are */
	uint32_t room;			/* most bytes, whole pages */
	page_t table;			/* a frame with the pages' numbers, of a ring that needed more than its own; 0: own */
	page_t own[RING_OWN];		/* 0: not taken */
};

/* --- pipes ------------------------------------------------------------------------------------------------------------------------ */

struct pipe {
	struct ring ring;
	uint32_t readers, writers;	/* open files that can */
	uint32_t opened_reading, opened_writing;	/* so far: who opens a FIFO waits for a change */
	struct wait_queue readable, writable;
	struct node *node;		/* a FIFO's, held */
	struct pipe *next_named;	/* of those */
};

/* --- sockets ---------------------------------------------------------------------------------------------------------------------- */

#define SOCKET_NAME 109			/* sun_path, and a zero byte */

struct credential {
	int32_t pid;
	uint32_t uid, gid;
};

/* Open files in a message. */
#define RIGHTS 15
struct rights {
	struct rights *next;
	uint32_t count;
	struct file *file[RIGHTS];
};

/* What comes with bytes of a ring: of a datagram or packet, which it bounds; of a stream, where there is something to come. */
struct parcel {
	struct parcel *next;
	uint64_t start;			/* the count of bytes that came before it */
	uint32_t bytes;
	bool credentials;		/* BY is known */
	uint8_t name_bytes;
	struct credential by;
	struct rights *rights;
	char name[SOCKET_NAME];		/* a datagram's sender */
};

enum socket_state { SOCKET_IDLE, SOCKET_LISTENS, SOCKET_CONNECTED };

struct socket {
	uint8_t type;			/* SOCK_* */
	uint8_t state;
	bool shut_receive, shut_send;	/* no more comes, goes */
	bool pass_credentials;
	bool refused;			/* datagrams: the one it was connected to has gone */
	uint8_t name_bytes;
	int32_t error;			/* of SO_ERROR */
	uint32_t options;		/* bits of SO_*, those that are on or off and change nothing */
	struct socket *peer;		/* it sends to; of a stream or packets, each the other's */
	struct socket *first_sender, *next_sender;	/* of datagrams: connected to this one; to the same one as this */
	struct ring ring;		/* received */
	uint64_t came;			/* bytes, so far */
	struct parcel *first, *last;
	uint32_t parcels;
	struct wait_queue readable;	/* here */
	struct wait_queue writable;	/* those that send to it wait here */
	uint32_t backlog, waiting;	/* of a listening one: connected to it, not accepted yet */
	struct socket *first_waiting, *last_waiting, *next_waiting;
	struct credential owner, other;	/* SO_PEERCRED */
	uint64_t receive_limit, send_limit;	/* nanoseconds, 0: none */
	uint32_t send_room, receive_room;	/* SO_SNDBUF, SO_RCVBUF */
	struct node *node;		/* bound in the tree, held */
	struct socket *next_bound;	/* that has a name */
	char name[SOCKET_NAME];		/* as bind got it */
};

/* --- terminals -------------------------------------------------------------------------------------------------------------------- */

#define LINE_CHARACTERS 19
#define LINE_INPUT 4096

struct line_settings {			/* struct termios as the kernel's calls have it */
	uint32_t input, output, control, local;
	uint8_t discipline;
	uint8_t character[LINE_CHARACTERS];
};

struct window {				/* struct winsize */
	uint16_t rows, columns, width, height;
};

struct terminal {
	int32_t session, group;		/* in the foreground */
	uint32_t number;
	bool pseudo, locked, exclusive;
	bool left;			/* a pseudo terminal's slave was open, and nobody has it open now */
	uint32_t masters, slaves;	/* open files; a pseudo terminal without master is hung up */
	struct line_settings settings;
	struct window window;

	/* Input, as counts of bytes so far: TAIL <= CANON <= HEAD. */
	uint32_t tail, head, canon;	/* next to be read; next to come; end of the last whole line */
	bool literal;			/* the next is */
	bool erasing;			/* ECHOPRT: within \.../ */
	char text[LINE_INPUT];
	uint64_t ends[LINE_INPUT / 64];	/* places where a line ends; a character that ends one and is not read (EOF) is 0 there */

	/* Output. */
	uint32_t column, canon_column;	/* of the cursor; where the line being edited began */
	bool stopped;			/* by Ctrl-S */
	struct ring output;		/* of a pseudo terminal: what its master reads */

	struct wait_queue readable, writable;			/* the slave */
	struct wait_queue master_readable, master_writable;
};

/* --- events ----------------------------------------------------------------------------------------------------------------------- */

struct timer {				/* of timerfd */
	int clock;
	uint64_t next, interval;	/* host_clock's; next 0: off */
	uint64_t seen;			/* expirations that were read */
};

/* A file in an epoll. */
struct watch {
	struct epoll *epoll;
	struct file *file;
	int fd;
	uint32_t events;
	uint64_t data;
	uint64_t wakes;			/* of its queues, when it was told last */
	struct watch *next;		/* of the epoll's */
	struct watch *next_of_file;
};

struct epoll {
	struct watch *first, *last;	/* told in this order; who was told goes last */
	struct wait_queue changed;	/* watches came */
	uint32_t nested;		/* watches of epolls */
};
