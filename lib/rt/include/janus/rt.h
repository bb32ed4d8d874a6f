/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The run-time library of user programs, the same for every personality.  A program has an ordinary main(argc, argv); musl's headers and those
 * of its functions that make no system call; and from here, in place of musl's: printf, vprintf, puts, putchar, malloc and its
 * family, exit, abort, assert.
 *
 * The heap is not locked: in a program with several threads one at a time may use it.
 */
#pragma once

#include <stddef.h>
#include <stdint.h>
#include <janus/status.h>

struct bootinfo;

/* What the machine is: only the first program is given it, in others it is NULL. */
extern const struct bootinfo *rt_bootinfo;

/* NAME=VALUE, NULL last, from the program that started this one: behind the argument vector.  NULL in the first program. */
extern const char *const *rt_environment;

struct archive;

/* Open the boot archive (<janus/archive.h>).  For the first program only. */
void rt_archive_open(struct archive *archive);

/* Bytes to the kernel's console, unaltered, in pieces of 240. */
void log_write(const char *text, size_t bytes);

/* The hook of a personality: bytes to the program's console.  log_write, unless it says otherwise. */
void console_write(const char *text, size_t bytes);

/* The hook of a personality: the program is over.  It may return: then its thread ends. */
void program_end(int code);

/* "ERR_NO_KMEM" and the like; a number for what is no status. */
const char *status_string(unsigned status);

/*
 * A thread's block: what %fs points to, behind the thread's copy of thread-local variables.  The first thread has one when main is
 * entered.  Whoever starts another gives it one: thread_block_init fills thread_block_bytes() bytes at MEMORY, aligned to
 * THREAD_BLOCK_ALIGN, and returns the FS base that the thread must have.
 */
#define THREAD_BLOCK_ALIGN	64
size_t thread_block_bytes(void);
uint64_t thread_block_init(void *memory);

/*
 * The hook of a personality: BYTES more bytes for the heap, aligned to 4 KiB, or NULL.  BYTES is a multiple of 4 KiB.  A
 * region that begins where the one before ended becomes one with it.
 */
void *heap_extend(size_t bytes);
