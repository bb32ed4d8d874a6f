/* SPDX-License-Identifier: BSD-2-Clause */
/* Where a reply and the wait behind it are two entries: the fast path takes neither. */
#include "personalities/l4/fast.h"

	.section .entry.text, "ax"
	.globl	is_it_reply_wait
	.type	is_it_reply_wait, @function
is_it_reply_wait:
	jmp	is_it_other

	.globl	reply_with_words
reply_with_words:
	jmp	decline_words

	.globl	reply_with_item
reply_with_item:
	jmp	decline_slot
	.size	is_it_reply_wait, . - is_it_reply_wait

	.section .note.GNU-stack, "", @progbits
