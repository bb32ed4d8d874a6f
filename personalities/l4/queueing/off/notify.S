/* SPDX-License-Identifier: BSD-2-Clause */
/* Notifications, where all ready threads are in the ready structure: the ordinary path alone. */
#include "entry.h"

	.section .entry.text, "ax"
	.globl	is_it_notification
	.type	is_it_notification, @function
is_it_notification:
	decline
	.size	is_it_notification, . - is_it_notification

	.section .note.GNU-stack, "", @progbits
