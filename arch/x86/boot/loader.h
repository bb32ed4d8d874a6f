/* SPDX-License-Identifier: BSD-2-Clause */
/* Numbers that start.S and the C files of boot both know. */
#pragma once

#define PVH_MAGIC		0x336ec578	/* of its start info, and ours for arch_boot */
#define MULTIBOOT2_HEADER_MAGIC	0xe85250d6	/* in our header */
#define MULTIBOOT2_MAGIC	0x36d76289	/* in eax when a loader enters */

#define DEBUG_EXIT_PORT		0xf4
#define EXIT_CODE_BOOT		3	/* enum exit_code EXIT_BOOT: boot.c asserts it */
