/* SPDX-License-Identifier: BSD-2-Clause */
/* What an instruction is, told by its bytes. */
#pragma once

#include "qemu_api.h"

#define INSN_MAX	15	/* bytes that an instruction has at most */

extern int insn_api;		/* version of the interface that this QEMU offers, set before any of these is called */

void insn_bytes(const struct qemu_plugin_insn *insn, uint8_t *bytes, size_t size);

/* The number that a marker carries, or -1 when the instruction is none. */
int insn_marker(const struct qemu_plugin_insn *insn);

/*
 * sti and hlt say for certain that interrupts are on from here, and so does the way to user code, whose first instruction may be one that cannot be
 * fetched: sysretq, and iretq behind a swapgs. A popf or another iretq may as well keep them off, so neither ends a stretch: what is reported
 * is never too short.
 */
bool insn_turns_interrupts_on(const struct qemu_plugin_insn *insn, const struct qemu_plugin_insn *before);
