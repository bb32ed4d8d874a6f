/* SPDX-License-Identifier: BSD-2-Clause */
/* Terminals: the console and pseudo terminals, each with line discipline, foreground group and session. */
#pragma once

#include <stdbool.h>
#include <stdint.h>
#include <unix/limits.h>
#include <unix/wait.h>

struct file;
struct task;
struct process;
struct terminal;

#define TERMINALS 64

struct terminal_state {
	struct terminal *console;
	struct terminal *pseudo[TERMINALS];
};

int terminal_begin(void);
void terminal_input(struct terminal *y, const char *text, uint64_t bytes);	/* typed */

/* For open: what /dev/console, /dev/tty (the process's), /dev/ptmx and /dev/pts/N are.  The file becomes one of kind FILE_TERMINAL.  -ENXIO, -EIO, -ENOMEM. */
enum terminal_name { TERMINAL_CONSOLE, TERMINAL_OWN, TERMINAL_MASTER, TERMINAL_SLAVE };
int terminal_open(struct task *t, struct file *f, enum terminal_name name, unsigned number);

void terminal_leave(struct process *p);		/* a session's leader ends: SIGHUP, SIGCONT to the foreground; nobody's terminal any more */
unsigned terminal_device(const struct terminal *y);	/* as in st_rdev and /proc/pid/stat; NULL: 0 */
