/* SPDX-License-Identifier: BSD-2-Clause */
/* A task with a tree of files from a small archive; and calls with paths and buffers of the test. */
#pragma once

#include <stdint.h>
#include <unix/arena.h>
#include <unix/calls.h>

/*
 * The archive: /bin/tool (mode 755, "#!tool\n"), /etc/text ("one\ntwo\n"), /etc/large (three pages and a half, byte i is i * 7), /etc/link -> text,
 * /etc/long-link -> a text of 60 bytes.
 */
#define LARGE (3 * 4096 + 2048)

extern struct task *task;

int world_begin(void **state);		/* the superuser, umask 022, no limits */
int world_end(void **state);		/* all that was taken is given back */
void world_user(uint32_t uid);		/* the task is somebody's */

int open_path(const char *path, int flags);
void write_path(const char *path, const char *text);
const char *read_path(const char *path);
#define P(pointer) ((uint64_t)(uintptr_t)(pointer))
