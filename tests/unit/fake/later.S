/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions of core that are still to come: linked last, so that what core has wins. */
.macro later name
	.weak \name
\name:
.endm

	.text
	later map_revoke
	later space_create
	later space_create_first
	later space_destroy
	later space_map
	later space_map_device
	later space_prepare
	later space_unmap
	later first_space
	later log_text
	later log_line
	later format
	ud2
	.section .note.GNU-stack, "", @progbits
