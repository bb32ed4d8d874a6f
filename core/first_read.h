/* SPDX-License-Identifier: BSD-2-Clause */
/* What the boot archive says about the first program. */
#pragma once

#include <janus/elf.h>
#include <janus/manifest.h>

struct first_program {
	struct manifest_program manifest;	/* its entry */
	struct elf_program elf;			/* its segments, in the archive */
};

/* Read the archive's manifest, all of it, and the program that its first entry names.  Whatever is wrong ends in boot_refuse. */
void first_read(struct first_program *program);
