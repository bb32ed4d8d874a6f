/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Where a host enters the core.  All but the first are called without the lock.  After unix_call, unix_fault, unix_exception and unix_interrupted the task goes on with the
 * registers that t->set names (REGISTERS_* of <janus/registers.h>) set to those in t->registers, unless it has ended.
 */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct task;

struct unix_boot {
	const void *archive;			/* newc cpio, for as long as the core runs: the first content of its files is read there */
	size_t archive_bytes;
	const char *const *argument;		/* of the first process: a path and arguments, NULL last */
	const char *const *environment;
};

/* Shared state, the tree of files, and the first process with the console as its terminal.  0 or an error; the host says what failed. */
int unix_begin(const struct unix_boot *boot);

void unix_call(struct task *t);			/* a `syscall`: rax, rdi, rsi, rdx, r10, r8, r9, rip, rsp, rflags of t->registers are its */
void unix_fault(struct task *t, uint64_t address, unsigned access, bool there);	/* a page fault: RIGHT_* is what it wanted; THERE: the processor found a page, false says nothing */
void unix_exception(struct task *t, unsigned vector, uint64_t error);
void unix_interrupted(struct task *t);
void unix_alarmed(void);			/* host_alarm's deadline has come */
void unix_console_input(const char *text, size_t bytes);

/* The first process has ended: its wait status (<sys/wait.h>), else -1. */
int unix_ended(void);

/* T died without a call of its own (killed from outside, its host state lost): what it held is given up as exit would. */
void unix_died(struct task *t);
