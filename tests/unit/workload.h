/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * A scripted workload over all of core: spaces with their pools, frames of two sizes, mappings and what derives from them, capabilities,
 * threads, lines, devices, ports, tokens; then everything is undone.  Any allocation in it may fail: what depends on it is
 * left out.
 */
#pragma once

#include "unit.h"

/* A new machine with its first space, a bystander, and what the bystander has; once for any number of runs. */
void workload_begin(void);

/* From begin to end; nothing may be left and the bystander untouched.  True: a step found nothing to allocate. */
bool workload_run(void);

/* The two halves: a machine full of everything, for checks of it, and the end. */
void workload_fill(void);
void workload_empty(void);
