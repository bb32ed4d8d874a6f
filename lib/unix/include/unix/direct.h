/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Calls of a program that are messages of its own, not `syscall` instructions that the kernel makes messages of: what its C library says and finds.  For C and assembler.
 *
 * prctl(PR_JANUS_DIRECT, &word) makes the 32-bit word the number of a slot; 0 takes that back, as the host itself does when the memory gets a second thread.  A call is then an
 * IPC to that slot with the words of a foreign call (<l4/fault.h>), and its answer has the words of that one's.  Whoever does not know of it says EINVAL, Linux too.
 */
#pragma once

#define PR_JANUS_DIRECT		0x4a414e55
