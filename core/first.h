/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The first program: the manifest's first entry is loaded by the kernel itself (<janus/archive.h>, manifest.h, elf.h);
 * everything else in the manifest is that program's business.  Whatever is wrong with archive, manifest or program ends in
 * boot_refuse, which names file and line.
 */
#pragma once

#include "core/types.h"

struct space;
struct thread;

/*
 * Make the first space with a pool of POOL_PAGES donated from free RAM (0: a share of RAM; the option kmem=PAGES goes before
 * either), load the program into frames that the space owns, map bootinfo (a copy), the boot archive (in place) and a stack,
 * and start its thread: rdi = USER_BOOTINFO, rsi = argument count, rdx = argument vector on its stack, with the program's name
 * first and NULL last.
 */
struct thread *first_program_load(u64 pool_pages);

/* The space that first_program_load made; the only one whose threads may end the machine. */
extern struct space *first_space;
