/* SPDX-License-Identifier: BSD-2-Clause */
/* Terminals: the console and pseudo terminals, each with line discipline, foreground group and session.  Also pipes, sockets, events: what other areas see of them. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <unix/limits.h>
#include <unix/wait.h>

struct file;
struct file_operation;
struct node;
struct pipe;
struct process;
struct socket;
struct task;
struct terminal;

#define TERMINALS 64

struct terminal_state {
	struct terminal *console;
	struct terminal *pseudo[TERMINALS];
	struct pipe *named;			/* FIFOs that are open */
	struct socket *bound;			/* sockets with names */
	struct rights *dead;			/* open files in messages that nobody will receive: see parcel.c */
	bool burying;
	uint32_t last_name;			/* that bind made up */
	uint32_t flying;			/* open files in messages */
};

extern const struct file_operation pipe_operation, socket_operation, terminal_operation, event_operation, timer_operation, epoll_operation, signalfd_operation;

int terminal_begin(void);
void terminal_input(struct terminal *y, const char *text, uint64_t bytes);	/* typed */

/* For open: what /dev/console, /dev/tty (the process's), /dev/ptmx and /dev/pts/N are.  The file becomes one of kind FILE_TERMINAL; O_NOCTTY is in its flags meanwhile.  -ENXIO, -EIO, -ENOMEM. */
enum terminal_name { TERMINAL_CONSOLE, TERMINAL_OWN, TERMINAL_MASTER, TERMINAL_SLAVE };
int terminal_open(struct task *t, struct file *f, enum terminal_name name, unsigned number);
bool terminal_exists(unsigned number);		/* /dev/pts/NUMBER */

void terminal_leave(struct process *p);		/* a session's leader ends: SIGHUP, SIGCONT to the foreground; nobody's terminal any more */
unsigned terminal_device(const struct terminal *y);	/* as in st_rdev and /proc/pid/stat; NULL: 0 */
int32_t terminal_group(const struct terminal *y);	/* in the foreground; NULL: -1 */

/* For open of a FIFO: F becomes one of kind FILE_PIPE, and waits for the other end as its flags say.  -ENXIO, -ENOMEM, wait_at's; F is not open then. */
int pipe_open(struct task *t, struct file *f, struct node *n);
int64_t pipe_room(const struct file *f);		/* fcntl: F_GETPIPE_SZ; -EBADF: not one */
int64_t pipe_resize(struct task *t, struct file *f, uint64_t bytes);	/* F_SETPIPE_SZ: the new room; -EBADF, -EBUSY, -EINVAL, -EPERM, -ENOMEM */

void watch_forget(struct file *f);		/* F ends: no epoll watches it any more */
