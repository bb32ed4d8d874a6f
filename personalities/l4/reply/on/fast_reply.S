/* SPDX-License-Identifier: BSD-2-Clause */
/* IPC, the fast path: a reply that waits for the next message, in one call.  fast.S begins it and says what its registers are. */
#include "personalities/l4/fast.h"
#include <l4/calls.h>
#include <l4/ipc.h>

	.section .entry.text, "ax"
	.globl	is_it_reply_wait
	.type	is_it_reply_wait, @function
	.balign	64
is_it_reply_wait:
	cmp	$CALL_IPC_REPLY_WAIT, %rax
	jne	is_it_other

	lookup	ENDPOINT_RECEIVES, RIGHT_TO_RECEIVE, decline_reply_wait
	find_caller fault_reply
	commit_reply_wait
	switch_to_partner
	carry
	xor	%edx, %edx
	leave_with_ok

	.globl	decline_reply_wait
decline_reply_wait:
	decline_as CALL_IPC_REPLY_WAIT

	.globl	reply_with_words
reply_with_words:
	cmp	$(CALL_IPC_REPLY_WAIT << (64 - IPC_TAG)), %rax
	jne	decline_words

	lookup	ENDPOINT_RECEIVES, RIGHT_TO_RECEIVE, decline_words, decline_words
	find_caller decline_words
	utcbs_or decline_words
	commit_reply_wait
	switch_to_partner
	carry
	copy_words
	xor	%edx, %edx
	leave_with_tag
	.size	is_it_reply_wait, . - is_it_reply_wait

	.section .note.GNU-stack, "", @progbits
