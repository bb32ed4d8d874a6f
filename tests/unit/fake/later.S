/* SPDX-License-Identifier: BSD-2-Clause */
/* Functions of core that are still to come: linked last, so that what core has wins. */
.macro later name
	.weak \name
\name:
.endm

	.text
	later frame_address
	later frame_alloc_any
	later frame_alloc_at
	later frame_alloc_colour
	later frame_clear
	later frame_count
	later frame_free
	later frame_lookup
	later frame_of
	later kmem_alloc
	later kmem_donate
	later kmem_free
	later kmem_object_at
	later kmem_page_alloc
	later kmem_page_free
	later map_list_clear
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
