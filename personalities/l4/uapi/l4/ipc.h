/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What is in rax at an IPC: the number of the operation in bits 0 to 15, the send timeout in bits 16 to 31, the receive or reply timeout in
 * bits 32 to 47, else 0.  For C and assembler.
 *
 * A timeout is m * 2^e ticks of the clock from the beginning of the wait: m in bits 0 to 9, e in bits 10 to 15.
 */
#pragma once

#define IPC_SEND_TIME		16
#define IPC_RECEIVE_TIME	32

#define IPC_NEVER		0		/* as long as it takes */
#define IPC_AT_ONCE		(1 << 10)	/* 0 * 2: only if the partner waits already */
#define IPC_TICKS(m, e)		((m) | (e) << 10)

#define IPC_WORDS		11		/* of a message in registers */
