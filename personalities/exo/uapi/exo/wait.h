/* SPDX-License-Identifier: BSD-2-Clause */
/* Why a wait ended. */
#pragma once

#define WAIT_WORD	0		/* the word has another value */
#define WAIT_TIME	1		/* the deadline has passed */
#define WAIT_ENTRY	2		/* an asynchronous entry is in the queue */
#define WAIT_INTERRUPT	3		/* an interrupt is to be taken */

#define WAIT_FOREVER	(~0ul)		/* a deadline that does not come */
