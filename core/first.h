/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first program: the manifest's first entry is loaded by the kernel itself (archive.h, manifest.h, elf.h); everything else in the
 * manifest is that program's business.  Whatever is wrong with archive, manifest or program ends in boot_refuse, which names file and line.
 */
#pragma once

#include "core/types.h"

struct space;
struct thread;

/*
 * Make the first space with a pool of POOL_PAGES donated from free RAM, load the program into frames that the space owns, map bootinfo, the boot
 * archive (read-only) and a stack, and make its thread: stopped, registers set, rdi = USER_BOOTINFO, rsi = argument count, rdx = argument
 * vector (on its stack).  16 MiB machines get by with POOL_PAGES = 0, which means a share of RAM.
 */
struct thread *first_program_load(u64 pool_pages);

/* The space that first_program_load made; the only one whose threads may end the machine. */
extern struct space *first_space;
